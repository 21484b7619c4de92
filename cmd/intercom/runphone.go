package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"intercom/board"
	"intercom/board/sim"
	"intercom/cmd/intercom/phone"
	"intercom/cmd/intercom/phone/console"
	"intercom/cmd/intercom/phone/headset"
	"intercom/ua"
)

// runPhone is a telephone that takes commands and tells events, a line each.
func runPhone(ctx context.Context, args []string, s streams) int {
	f, flags := newPhoneFlags(s)
	if status, ok := parse(flags, args, 0, s); !ok {
		return status
	}
	o, err := f.options(flags)
	if err != nil {
		fmt.Fprintf(s.err, "intercom phone: %v\n", err)
		return exitUsage
	}
	if id := deviceID("/"); id != "" {
		o.Instance = id + " phone " + o.SIP.Listen // several may run here
	}
	o.Log = slog.New(slog.DiscardHandler)
	if f.verbose {
		o.Log = slog.New(slog.NewTextHandler(s.err, nil))
	}
	if err := servePhone(ctx, o, f, s); err != nil {
		fmt.Fprintf(s.err, "intercom phone: %v\n", err)
		return exitFault
	}
	return exitOK
}

// servePhone runs the phone until ctx ends or somebody tells it to quit.
func servePhone(ctx context.Context, o phone.Options, f *phoneFlags, s streams) (err error) {
	commands, over := make(chan string, 16), make(chan struct{})
	desk := newConsole(commands, over)
	// The socket goes last: somebody who waits for its end knows that the phone's ports are free.
	defer func() { err = errors.Join(err, desk.Close()) }()
	defer close(over)
	if err := join(desk, f.control, s); err != nil {
		return err
	}
	card, err := openHeadset(f, o.Log)
	if err != nil {
		return err
	}
	o.Card, o.Commands = card, commands
	o.Watch = phone.Watcher{
		Event: func(_ time.Time, e ua.Event) { card.Follow(e) },
		Tell:  func(at time.Time, e phone.Event) { tell(desk, at, e) },
	}
	p, err := phone.New(o)
	if err != nil {
		return err
	}
	return p.Run(ctx)
}

// newConsole makes a console that hands on what it is told until over is closed.
func newConsole(commands chan<- string, over <-chan struct{}) *console.Console {
	return console.New(console.Options{
		MaxLine: phone.MaxLine,
		Take: func(line string) {
			select {
			case commands <- line:
			case <-over:
			}
		},
		Missed: func(lines int) []byte {
			return phone.Encode(time.Now(), phone.Error{Text: fmt.Sprintf("%d lines are missing here: they were not read in time", lines)})
		},
	})
}

// join connects the console to the standard streams and, if there is one, to the control socket.
func join(desk *console.Console, control string, s streams) error {
	if control != "" {
		if err := desk.Listen(control); err != nil {
			return err
		}
	}
	in, err := console.NewStdin(s.in)
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	desk.Attach(s.out)
	desk.Read(in)
	return nil
}

// tell tells everybody; those who come later learn first that the phone is ready.
func tell(desk *console.Console, at time.Time, e phone.Event) {
	line := phone.Encode(at, e)
	if _, first := e.(phone.Ready); first {
		desk.Greet(line)
		return
	}
	desk.Tell(line)
}

// headsetRate is that of a headset without a card of its own, Hz: what wide-band codecs carry.
const headsetRate = 16000

// openHeadset opens the card that -mic and -record ask for: the computer's own, or one that is only a clock.
func openHeadset(f *phoneFlags, log *slog.Logger) (*headset.Headset, error) {
	card, err := phoneCard(f, log)
	if err != nil {
		return nil, err
	}
	h, err := headset.New(card, f.mic, f.record)
	if err != nil {
		return nil, errors.Join(err, card.Close())
	}
	return h, nil
}

func phoneCard(f *phoneFlags, log *slog.Logger) (board.Sound, error) {
	if f.mic != headset.Default {
		return sim.NewCard("headset", headsetRate, nil, nil)
	}
	return board.OpenCard(board.SoundConfig{Card: "default"}, log, func(err error) { log.Error("the sound card has stopped", "err", err) })
}
