package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/sound"
	"intercom/configs"
	"intercom/media"
)

// soundUse is one of the things that "intercom sound" can do.
type soundUse struct {
	name, args, does string
	counts           []int // of arguments
	run              func(context.Context, soundFlags, streams) (well bool, err error)
}

func soundUses() []soundUse {
	return []soundUse{
		{"list", "", "tell which cards there are and what they can do", []int{0}, soundList},
		{"level", "", "show what the microphone hears", []int{0}, func(ctx context.Context, f soundFlags, s streams) (bool, error) {
			return f.with(func(c media.Card) error { return sound.Level(ctx, c, s.out) })
		}},
		{"record", "FILE", "keep what the microphone hears in a WAV file", []int{1}, func(ctx context.Context, f soundFlags, _ streams) (bool, error) {
			return f.with(func(c media.Card) error { return sound.Record(ctx, c, f.args[0]) })
		}},
		{"play", "FILE", "play a WAV file", []int{1}, func(ctx context.Context, f soundFlags, _ streams) (bool, error) {
			return f.with(func(c media.Card) error { return sound.Play(ctx, c, f.args[0]) })
		}},
		{"loop", "", "let people hear themselves, a second later", []int{0}, func(ctx context.Context, f soundFlags, _ streams) (bool, error) {
			return f.with(func(c media.Card) error { return sound.Loop(ctx, c) })
		}},
		{"self-test", "", "play sweeps and say what is wrong with loudspeaker or microphone", []int{0}, soundTest},
		{"calibrate", "", "measure the place and print the gains for the configuration", []int{0}, func(ctx context.Context, f soundFlags, s streams) (bool, error) {
			return sound.Calibrate(ctx, f.open, s.out)
		}},
		{"mixer", "[CARD [CONTROL VALUE]]", "list the volumes and switches of cards, or set one", []int{0, 1, 3}, soundMixer},
	}
}

// soundFlags are what they have in common.
type soundFlags struct {
	name, config string
	sound        board.SoundConfig
	args         []string // behind the use
	time         time.Duration
}

// runSound does one thing with a sound card.
func runSound(ctx context.Context, args []string, s streams) int {
	f := soundFlags{}
	flags := newFlags("sound", s)
	flags.StringVar(&f.sound.Card, "card", "default", "use this `CARD`: default, or one by its name or ALSA id")
	flags.StringVar(&f.config, "config", "", "use the card of a station's configuration `FILE`")
	flags.DurationVar(&f.time, "for", 0, "stop after this `TIME`, such as 10s; level, record and loop go on until Ctrl-C otherwise")
	about := flags.Usage
	flags.Usage = func() {
		about()
		fmt.Fprintf(flags.Output(), "\nintercom sound [FLAGS] USE, where USE is one of:\n")
		for _, u := range soundUses() {
			fmt.Fprintf(flags.Output(), "  %-28s %s\n", u.name+" "+u.args, u.does)
		}
	}
	if status, ok := parseSound(flags, &f, args, s); !ok {
		return status
	}
	use, err := f.use(flags)
	if err != nil {
		fmt.Fprintf(s.err, "intercom sound: %v\n", err)
		return exitUsage
	}
	if f.time > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.time)
		defer cancel()
	}
	well, err := use.run(ctx, f, s)
	if err != nil {
		fmt.Fprintf(s.err, "intercom sound %s: %v\n", use.name, err)
	}
	if err != nil || !well {
		return exitFault
	}
	return exitOK
}

func parseSound(flags *flag.FlagSet, f *soundFlags, args []string, s streams) (status int, ok bool) {
	err := flags.Parse(args)
	if err == nil && flags.NArg() > 0 {
		f.name = flags.Arg(0)
		err = flags.Parse(flags.Args()[1:]) // flags are as good behind the use
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK, false
	case err != nil:
		return exitUsage, false
	case f.name == "":
		flags.Usage()
		return exitUsage, false
	}
	if f.time < 0 {
		fmt.Fprintf(s.err, "intercom sound: -for %v: want a time such as 10s\n", f.time)
		return exitUsage, false
	}
	return exitOK, true
}

// use finds what is to be done.
func (f *soundFlags) use(flags *flag.FlagSet) (soundUse, error) {
	if f.config != "" {
		c, err := configs.Load(f.config)
		if err != nil {
			return soundUse{}, err
		}
		f.sound = c.Board.Sound
	}
	for _, u := range soundUses() {
		if u.name != f.name {
			continue
		}
		if !slices.Contains(u.counts, flags.NArg()) {
			return soundUse{}, fmt.Errorf("want %q, not %q behind it", strings.TrimSpace("intercom sound "+u.name+" "+u.args), flags.Args())
		}
		f.args = flags.Args()
		return u, nil
	}
	return soundUse{}, fmt.Errorf("there is nothing called %q to do; -h tells what there is", f.name)
}

// open opens the card.
func (f soundFlags) open() (media.Card, error) {
	card, err := board.OpenCard(f.sound, slog.New(slog.DiscardHandler), func(error) {})
	if err == nil && card == nil {
		err = errors.New(`the card is "none"`)
	}
	return card, err
}

// with does something with the card that can only be well or fail.
func (f soundFlags) with(do func(media.Card) error) (well bool, err error) {
	card, err := f.open()
	if err != nil {
		return false, err
	}
	return true, do(card)
}

func soundTest(ctx context.Context, f soundFlags, s streams) (well bool, err error) {
	card, err := f.open()
	if err != nil {
		return false, err
	}
	return sound.Test(ctx, card, s.out)
}
