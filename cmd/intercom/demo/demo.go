// Package demo is the main job on one computer: a door station on a simulated board and two telephones for it to call, user
// agents that talk over real sockets on loopback. One telephone answers, the other rings until then.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"intercom/board/sim"
	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/phone"
	"intercom/configs"
)

// Options is how the demonstration is played.
type Options struct {
	Config configs.Config // of the door; its first button calls Phone and Other
	Phone  string         // the address of the telephone that answers, "127.0.0.1:15062"
	Other  string         // and of the one that does not
	Sound  string         // the door's card: "wav" for talkers and files, or one of this computer's
	Out    string         // the folder for WAV files
	In     *os.File       // where keys come from; if it is no terminal, one visit plays by itself
	Stdout io.Writer
	Log    *slog.Logger
}

// rate is that of the simulated cards, Hz.
const rate = 16000

// longestVisit bounds a visit that plays by itself.
const longestVisit = 60 * time.Second

// Run plays until the user quits or, without a terminal, for one visit. Then it returns nil only if the house heard the
// visitor, the visitor heard the house, and the relay closed for its time and opened again.
func Run(ctx context.Context, o Options) (err error) {
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return fmt.Errorf("the folder for recordings: %w", err)
	}
	interactive := term.IsTerminal(int(o.In.Fd()))
	d := newDirector(o, interactive)
	door, err := d.openDoor()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, door.Close()) }()

	station, err := appliance.New(appliance.Options{Config: o.Config, Board: door.Board, Log: o.Log, Watch: d.doorWatcher()})
	if err != nil {
		return err
	}
	house, err := phone.New(d.phoneOptions())
	if err != nil {
		return err
	}
	attic, err := phone.New(d.otherOptions())
	if err != nil {
		return err
	}
	d.levels = station.Levels
	return d.play(ctx, door, station.Run, house.Run, attic.Run)
}

// play runs both sides until the visitor has had enough.
func (d *director) play(ctx context.Context, door *sim.Board, sides ...func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	faults := make([]error, len(sides))
	for i, side := range sides {
		wg.Go(func() {
			defer stop()
			faults[i] = side(ctx)
		})
	}
	wg.Go(func() { d.screen.live(ctx) })

	var err error
	if d.interactive {
		err = d.byHand(ctx, door)
	} else {
		err = d.byItself(ctx, door)
	}
	stop()
	wg.Wait()
	d.screen.end()
	return errors.Join(append(faults, err)...)
}

// byHand lets the user press buttons until q.
func (d *director) byHand(ctx context.Context, door *sim.Board) error {
	d.screen.say("press 1 to ring the bell, q to leave")
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	return keys(ctx, d.opt.In, func(key byte) {
		const ctrlC = 3
		switch {
		case key == 'q' || key == ctrlC:
			leave()
		case key >= '1' && int(key-'1') < len(d.scene.buttons):
			d.press(door, d.scene.buttons[key-'1'])
		}
	})
}

// byItself plays one visit and judges it.
func (d *director) byItself(ctx context.Context, door *sim.Board) error {
	ctx, cancel := context.WithTimeout(ctx, longestVisit)
	defer cancel()
	d.press(door, d.scene.buttons[0])
	select {
	case <-d.over:
	case <-ctx.Done():
		return fmt.Errorf("the visit did not come to its end: %w", ctx.Err())
	}
	if err := d.verdict().judge(); err != nil {
		return err
	}
	heard := "the house heard the visitor, the visitor heard the house, "
	if !d.talkersSpeak() {
		heard = ""
	}
	d.screen.say("as promised: %sthe relay closed for %v and opened", heard, d.pulse())
	return nil
}

func (d *director) press(door *sim.Board, button string) {
	if err := door.Hold(button, 300*time.Millisecond); err != nil {
		d.screen.say("%v", err)
	}
}
