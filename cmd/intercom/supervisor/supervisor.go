// Package supervisor keeps a door station going through all that happens to its configuration: it starts the station of the
// file, of the copy that was good last where the file is broken, or none, with a light that says so; it takes another
// configuration between calls and goes back where that one does not start. Relays are at rest in between.
package supervisor

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/configfile"
	"intercom/cmd/intercom/statefile"
	"intercom/configs"
)

// Options is what a supervisor works with.
type Options struct {
	// Places are where the configuration may be: the first that has a file counts.
	Places []string
	// Named: somebody named the only place and waits. If nothing is there, and nothing of it was ever kept, Run returns.
	Named bool

	// StateDir says where a configuration has the state kept; "" is nowhere.
	StateDir func(configs.Config) string
	// Open opens the board of a configuration, with every relay at rest.
	Open func(configs.Config) (Hardware, error)
	// Start makes a station on a board that is open. After is the one before in this process, nil for none.
	Start func(c configs.Config, b *board.Board, state *statefile.Dir, after *appliance.Appliance) (*appliance.Appliance, error)

	// Reload has a value when the configuration is to be read now (SIGHUP). It may be nil.
	Reload <-chan os.Signal

	// Guard is who watches over the process; nil for nobody.
	Guard Guard

	Log   *slog.Logger
	Level *slog.LevelVar // of Log
}

// Guard is told how the process is. While a station runs it is the station that says that it is alive.
type Guard interface {
	Ready()
	Reloading()
	Status(string)
	Alive(time.Time)
}

// nobody watches.
type nobody struct{}

func (nobody) Ready()          {}
func (nobody) Reloading()      {}
func (nobody) Status(string)   {}
func (nobody) Alive(time.Time) {}

// Hardware is a board, and what closes it with all that was opened for it.
type Hardware struct {
	Board *board.Board
	Close func() error
}

// Supervisor is for one Run.
type Supervisor struct {
	o     Options
	log   *slog.Logger
	watch configfile.Watch
	state map[string]*statefile.Dir // by path: what could not be written is remembered as long as the process lives

	hw    Hardware
	wired board.Config // of hw

	next    *choice // to be started
	pending *choice // given to the station that runs
	running *choice // runs, or ran last
	failed  []configs.Files
	last    *appliance.Appliance // ran last

	fault error         // of the file, nil if it is good
	retry time.Duration // until what did not start is tried again
}

// choice is a configuration to run.
type choice struct {
	files  configs.Files
	config configs.Config
	own    bool // it is the file's, not a copy that was kept
}

// New returns a supervisor.
func New(o Options) *Supervisor {
	if o.Guard == nil {
		o.Guard = nobody{}
	}
	return &Supervisor{o: o, log: o.Log, state: map[string]*statefile.Dir{}, retry: retry}
}

// A station that did not start is tried again after retry, then after twice that, and so on up to longestRetry: a port may be
// free by then, a device there.
const (
	retry        = 30 * time.Second
	longestRetry = 10 * time.Minute
)

// Run keeps a station going until ctx ends. It returns when the board is closed. An error says that there is nothing to run
// and nobody to wait for, or that the station broke down.
func (s *Supervisor) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, s.closeBoard()) }()
	if err := s.choose(); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if s.next == nil {
			s.rest(ctx)
			continue
		}
		if err := s.serve(ctx); err != nil {
			return err
		}
	}
	return nil
}

// serve runs one station until ctx ends or another configuration is next.
func (s *Supervisor) serve(ctx context.Context) error {
	c := s.next
	s.next = nil
	station, err := s.start(c)
	if err != nil {
		s.retreat(c, err)
		return nil
	}
	s.inForce(c)
	err = s.attend(ctx, station)
	s.last = station
	if errors.Is(err, appliance.ErrReplaced) {
		s.next = s.afterwards()
		return nil
	}
	return err
}

// afterwards is what follows a station that has made room: the configuration that waited, or the same again if its file has
// been spoilt or put back in that moment.
func (s *Supervisor) afterwards() *choice {
	c := s.pending
	if s.pending = nil; c == nil {
		c = &choice{files: s.running.files, config: s.running.config, own: s.running.own && s.fault == nil}
	}
	return c
}

// start opens the board, unless it is open as it is to be, and makes a station on it.
func (s *Supervisor) start(c *choice) (*appliance.Appliance, error) {
	s.o.Level.Set(c.config.Log.Level)
	if err := s.openBoard(c.config); err != nil {
		return nil, err
	}
	return s.o.Start(c.config, s.hw.Board, s.stateOf(c.config), s.last)
}

// openBoard leaves relays alone whose wiring has not changed.
func (s *Supervisor) openBoard(c configs.Config) error {
	if s.hw.Board != nil && appliance.SameBoard(s.wired, c.Board) {
		if err := s.hw.Board.RenewSound(c.Board.Sound); err != nil {
			s.log.Warn("the sound card did not close well", "err", err)
		}
		return nil
	}
	if err := s.closeBoard(); err != nil {
		s.log.Error("the board did not close well", "err", err)
	}
	hw, err := s.o.Open(c)
	if err == nil {
		s.hw, s.wired = hw, c.Board
	}
	return err
}

func (s *Supervisor) closeBoard() error {
	if s.hw.Board == nil {
		return nil
	}
	hw := s.hw
	s.hw = Hardware{}
	return hw.Close()
}
