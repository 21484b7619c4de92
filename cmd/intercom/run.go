package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"intercom/board"
	"intercom/board/sim"
	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/audit"
	"intercom/cmd/intercom/call"
	"intercom/cmd/intercom/configfile"
	"intercom/cmd/intercom/notify"
	"intercom/cmd/intercom/statefile"
	"intercom/cmd/intercom/station"
	"intercom/cmd/intercom/supervisor"
	"intercom/configs"
)

// runStation is a door station for as long as the process lives.
func runStation(ctx context.Context, args []string, s streams) int {
	flags := newFlags("run", s)
	file := flags.String("config", "", "the configuration `FILE`")
	script := flags.String("script", "", "on a simulated board, a `FILE` that says what is pressed and expected; nothing is recorded then, and no hook told")
	if status, ok := parse(flags, args, 0, s); !ok {
		return status
	}
	where := places()
	if *file != "" {
		where = []string{*file}
	}
	if *script != "" {
		return runScript(ctx, where, *script, s)
	}
	level := new(slog.LevelVar)
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: level}))
	if err := supervise(ctx, where, *file != "", log, level); err != nil {
		log.Error("the station has stopped", "err", err)
		return exitFault
	}
	return exitOK
}

// places are where a configuration is looked for, the SD card's boot partition first.
func places() []string {
	return []string{"/boot/firmware/intercom.toml", "/boot/intercom.toml", "/etc/intercom.toml"}
}

// supervise keeps a station running until ctx ends.
func supervise(ctx context.Context, where []string, named bool, log *slog.Logger, level *slog.LevelVar) (err error) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	warnOfClock(time.Now(), log)
	guard, err := notify.New(notify.Options{Log: log})
	if err != nil {
		log.Error("nobody watches over the station", "err", err)
	}
	defer func() { err = errors.Join(err, guard.Close()) }()
	var journal journal
	defer func() { err = errors.Join(err, journal.close()) }()
	asked := &desk{log: log, began: time.Now(), hangup: hangup}
	defer func() { err = errors.Join(err, asked.Close()) }()
	var hooks hooks
	defer hooks.close()
	return supervisor.New(supervisor.Options{
		Places: where, Named: named, StateDir: stateDir, Reload: hangup, Guard: guard, Log: log, Level: level,
		Open: func(c configs.Config) (supervisor.Hardware, error) {
			hw, err := openHardware(c, log)
			if err != nil {
				return supervisor.Hardware{}, err
			}
			return supervisor.Hardware{Board: hw.Board, Close: hw.Close}, nil
		},
		Start: func(c configs.Config, b *board.Board, state *statefile.Dir, after *appliance.Appliance) (*appliance.Appliance, error) {
			if err := guard.Watch(c.Watchdog); err != nil {
				log.Error("nobody watches over this computer", "err", err)
			}
			if err := journal.open(c, audit.Options{Dir: stateDir(c), Log: log}); err != nil {
				log.Error("what happens at the door is not recorded", "err", err)
			}
			hooks.follow(c, log)
			a, err := newStation(c, b, state, after, log, watched(guard, &journal, &hooks))
			if err == nil {
				asked.use(a, c.Control)
			}
			return a, err
		},
	}).Run(ctx)
}

// stateDir is where a configuration has the state kept.
func stateDir(c configs.Config) string {
	if c.State.Dir == configs.DefaultStateDir {
		return defaultStateDir()
	}
	return c.State.Dir
}

// defaultStateDir is where state is kept unless a configuration says otherwise. What systemd has made for it (systemd.exec(5),
// StateDirectory=) goes before.
func defaultStateDir() string {
	if given, _, _ := strings.Cut(os.Getenv("STATE_DIRECTORY"), ":"); given != "" {
		return given
	}
	return configs.DefaultStateDir
}

// watched tells whoever watches over the process that the station's loop goes round and what its light shows, and the audit log
// and the hooks what happens at the door.
func watched(guard *notify.Guard, journal *journal, hooks *hooks) appliance.Watcher {
	tell := func(at time.Time, e audit.Entry) {
		journal.add(at, e)
		hooks.tell(at, e)
	}
	return appliance.Watcher{
		Alive:  guard.Alive,
		Record: func(at time.Time, r station.Record) { tell(at, entryOf(r)) },
		Ended: func(e call.Ended) {
			if entry, ok := qualityOf(e); ok {
				tell(time.Now(), entry)
			}
		},
		Action: func(_ time.Time, action station.Action) {
			if light, ok := action.(station.Light); ok {
				guard.Status(strings.ReplaceAll(light.Pattern, "-", " "))
			}
		},
	}
}

// newStation makes a station on a board.
func newStation(c configs.Config, b *board.Board, state *statefile.Dir, after *appliance.Appliance, log *slog.Logger, watch appliance.Watcher) (*appliance.Appliance, error) {
	if err := b.Light(board.StatusLight, station.LightBooting); err != nil {
		log.Error("the light does not show", "err", err)
	}
	o := appliance.Options{Config: c, Board: b, Instance: deviceID("/"), After: after, Log: log, Watch: watch}
	if state != nil {
		o.Keep = state
	}
	a, err := appliance.New(o)
	if err == nil {
		log.Info("the station starts", "model", b.Model, "sound", soundName(b), "version", version)
	}
	return a, err
}

// runScript runs a station on a simulated board until its script is over. What is wrong ends it at once.
func runScript(ctx context.Context, where []string, script string, s streams) int {
	path, _ := configfile.Find(where)
	config, err := configs.Load(path)
	if err != nil {
		fmt.Fprintln(s.err, err)
		return exitUsage
	}
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: config.Log.Level}))
	if err := serveScript(ctx, config, script, log); err != nil {
		log.Error("the station has stopped", "err", err)
		return exitFault
	}
	return exitOK
}

// serveScript runs the station until ctx ends or the script does, with the relays at rest before it and after it.
func serveScript(ctx context.Context, config configs.Config, script string, log *slog.Logger) (err error) {
	hw, err := openHardware(config, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hw.Close()) }()
	if hw.face == nil {
		return errors.New(`a script needs a simulated board: write model = "sim" in [board]`)
	}
	door, err := newStation(config, hw.Board, nil, nil, log, appliance.Watcher{})
	if err != nil {
		return err
	}
	return runScripted(ctx, door, script, hw.face, log)
}

// runScripted runs the station until the script says quit or something is not as the script expects, which is returned.
func runScripted(ctx context.Context, door *appliance.Appliance, script string, face *sim.Board, log *slog.Logger) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	played := make(chan error, 1)
	go func() {
		err := playScript(ctx, script, face, log)
		if err != nil {
			stop()
		}
		played <- err
	}()
	err := door.Run(ctx)
	stop()
	if wrong := <-played; !errors.Is(wrong, sim.ErrQuit) && !errors.Is(wrong, context.Canceled) {
		err = errors.Join(err, wrong)
	}
	return err
}

func playScript(ctx context.Context, file string, face *sim.Board, log *slog.Logger) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("the script: %w", err)
	}
	defer f.Close()
	return sim.RunScript(ctx, file, f, face, log)
}

func soundName(b *board.Board) string {
	if b.Sound() == nil {
		return "none"
	}
	return b.Sound().String()
}
