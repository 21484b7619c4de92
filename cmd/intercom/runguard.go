package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/configfile"
	"intercom/cmd/intercom/guard"
	"intercom/cmd/intercom/statefile"
	"intercom/configs"
)

// patience is how long a line is waited for that another program has.
const patience = 5 * time.Second

// startGuard starts this program as the guard of a board's relays, to be told of them. It is nil if there are none.
func startGuard(config board.Config, log *slog.Logger) (*guard.Guard, error) {
	lines, err := board.RelayLines(config)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	if err := noteRelays(lines); err != nil {
		log.Warn(`"intercom rest" will look for the relays in the configuration alone`, "err", err)
	}
	return guard.Start(func() *exec.Cmd {
		cmd := exec.Command("/proc/self/exe", "guard") // also when the file was replaced by a newer one
		cmd.Args[0] = "intercom"
		cmd.Args = append(cmd.Args, strconv.Itoa(os.Getpid()))
		for _, l := range lines {
			cmd.Args = append(cmd.Args, l.String())
		}
		cmd.Stderr = os.Stderr
		return cmd
	}, log), nil
}

// runGuard is the guard's process: its standard input ends with the station. What asks a service or a terminal's programs to end is
// not for it, since the station may still be busy with that; nor is the SIGABRT that systemd's watchdog has for a whole service.
func runGuard(_ context.Context, args []string, s streams) int {
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGPIPE, syscall.SIGABRT)
	station, lines, err := guarded(args)
	if err != nil {
		fmt.Fprintln(s.err, err)
		return exitUsage
	}
	log := slog.New(slog.NewTextHandler(s.err, nil))
	pipe, err := guard.Stdin()
	if err == nil {
		var killing sync.WaitGroup
		defer killing.Wait()
		err = guard.Watch(pipe, duty(station, lines, log, &killing))
	}
	if err != nil {
		log.Error("the station has died or cannot have its lines, and a relay may be on", "err", err)
		return exitFault
	}
	return exitOK
}

// guarded are the station and its relays as startGuard has written them.
func guarded(args []string) (guard.Parent, []board.RelayLine, error) {
	if len(args) == 0 {
		return guard.Parent{}, nil, errors.New(`intercom: a guard needs the process number of its station`)
	}
	pid, err := strconv.Atoi(args[0])
	if err != nil || pid <= 0 {
		return guard.Parent{}, nil, fmt.Errorf("intercom: %q is no number of a process", args[0])
	}
	station, err := guard.FindParent(pid)
	if err != nil {
		return guard.Parent{}, nil, err
	}
	var lines []board.RelayLine
	for _, arg := range args[1:] {
		l, err := board.ParseRelayLine(arg)
		if err != nil {
			return guard.Parent{}, nil, err
		}
		lines = append(lines, l)
	}
	return station, lines, nil
}

// duty is what the guard does. What makes a station hang may make the log hang, so no relay waits for a word about the kill, which
// is told beside it.
func duty(station guard.Parent, lines []board.RelayLine, log *slog.Logger, told *sync.WaitGroup) guard.Duty {
	return guard.Duty{
		Silence: guard.Silence,
		Kill: func(why error) {
			err := station.Kill()
			told.Go(func() {
				log.Error("the station hangs, and a relay is on: it is killed", "why", why)
				if err != nil {
					log.Error("the station hangs, and a relay stays on", "err", err)
				}
			})
		},
		Rest: func() error {
			err := board.Rest(lines, patience)
			if err == nil {
				log.Error("the station has died or cannot have its lines; its relays are at rest")
			}
			return err
		},
	}
}

// runRest puts the relays of a station that has ended to rest: those that it had in use, and those of the configuration. It does what
// it can with a configuration that is broken.
func runRest(_ context.Context, args []string, s streams) int {
	flags := newFlags("rest", s)
	file := flags.String("config", "", "the configuration `FILE`")
	if status, ok := parse(flags, args, 0, s); !ok {
		return status
	}
	used, unsure := notedRelays()
	lines, err := relaysOf(*file)
	if len(used) > 0 && unsure == nil {
		err = nil // where the relays are is certain, whatever the configuration has become
	}
	if err := errors.Join(unsure, err, board.Rest(together(used, lines), patience)); err != nil {
		fmt.Fprintln(s.err, err)
		return exitFault
	}
	if err := forgetRelays(); err != nil {
		fmt.Fprintln(s.err, "the relays are at rest:", err)
	}
	return exitOK
}

// relaysOf finds the relays of a configuration. If it is broken, what was good last is what the station has run with.
func relaysOf(file string) ([]board.RelayLine, error) {
	where := places()
	if file != "" {
		where = []string{file}
	}
	files, err := configfile.Read(where)
	if err != nil {
		return lastRelays(defaultStateDir(), err)
	}
	config, faults := files.Check()
	if len(faults) > 0 {
		if lines, err := lastRelays(stateDir(config), faults); err == nil {
			return lines, nil
		}
	}
	return relayLines(files)
}

// lastRelays are those of the configuration that was good last; why is the error if there is none.
func lastRelays(dir string, why error) ([]board.RelayLine, error) {
	d, _ := statefile.Open(dir) // it need not be written
	files, err := configfile.LastGood(d)
	if err != nil {
		return nil, why
	}
	return relayLines(files)
}

func relayLines(files configs.Files) ([]board.RelayLine, error) {
	config, unsure := files.Relays()
	lines, err := board.RelayLines(config)
	return lines, errors.Join(unsure, err)
}
