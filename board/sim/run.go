package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// ErrQuit is what a script ends with that asked for the end of the program.
var ErrQuit = errors.New("the script asked to quit")

// RunScript reads a script and runs it on a board. See Script.Run.
func RunScript(ctx context.Context, name string, r io.Reader, b *Board, log *slog.Logger) error {
	s, err := ParseScript(name, r)
	if err != nil {
		return err
	}
	return s.Run(ctx, b, log)
}

// Run does one step after the other. It ends with nil after the last one, with ErrQuit, with the context's error, or with the
// first expectation that failed. A script that names a button, an input or a door that is not there does nothing at all. The log, which may
// be nil, has a line for every step that is done.
func (s *Script) Run(ctx context.Context, b *Board, log *slog.Logger) error {
	if err := s.check(b); err != nil {
		return err
	}
	for _, step := range s.Steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if step.Verb == "quit" {
			return ErrQuit
		}
		if err := step.run(ctx, b); err != nil {
			return fmt.Errorf("%s:%d: %w", s.Name, step.Line, err)
		}
		if log != nil {
			log.Info("script", "line", step.Line, "step", step.String())
		}
	}
	return nil
}

// check looks up every name before anything is done.
func (s *Script) check(b *Board) error {
	var errs []error
	for _, step := range s.Steps {
		var known bool
		switch step.Verb {
		case "press", "hold", "release":
			known = b.lines.contacts[step.Name] != nil
		case "door":
			known = b.lines.doors[step.Name] != nil
		default:
			known = true
		}
		if !known {
			errs = append(errs, fmt.Errorf("%s:%d: %q is no button, input or door of this board", s.Name, step.Line, step.Name))
		}
	}
	return errors.Join(errs...)
}

func (s Step) run(ctx context.Context, b *Board) error {
	switch s.Verb {
	case "press":
		return errors.Join(b.Hold(s.Name, s.For), pause(ctx, s.For))
	case "hold":
		return b.Hold(s.Name, s.For)
	case "release":
		return b.Release(s.Name)
	case "wait":
		return pause(ctx, s.For)
	case "door":
		return expect(ctx, s.For, "door "+s.Name, state(s.Open), func() string { return state(b.DoorIsOpen(s.Name)) })
	case "led":
		return expect(ctx, s.For, "led", s.Name, b.LED)
	}
	return fmt.Errorf("%q is no step", s.Verb)
}

func state(open bool) string {
	if open {
		return "open"
	}
	return "closed"
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// glance is how often an expectation looks.
const glance = 10 * time.Millisecond

// expect looks until it sees what it wants.
func expect(ctx context.Context, within time.Duration, what, want string, look func() string) error {
	end := time.Now().Add(within)
	for {
		got := look()
		if got == want {
			return nil
		}
		left := time.Until(end)
		if left <= 0 {
			return fmt.Errorf("expected %s %s within %v, it is %s", what, want, within, got)
		}
		if err := pause(ctx, min(glance, left)); err != nil {
			return err
		}
	}
}
