// Package notify tells whoever watches over the process that the station lives: systemd, by the protocol of sd_notify(3), and the
// watchdog of the computer. Both act when they are told no more: what is told comes from the station's own loop, and only from there.
package notify

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sys/unix"
)

// Options of a Guard.
type Options struct {
	// Watchdog is the computer's watchdog, "/dev/watchdog". Empty: there is none, or systemd sees to it.
	Watchdog string

	// Log gets what a caretaker would read. Nil discards it.
	Log *slog.Logger
}

// Guard is whoever watches over the process. Without systemd and without a watchdog it does nothing. It is for any
// number of goroutines.
type Guard struct {
	log   *slog.Logger
	limit time.Duration // between two times that systemd hears of us

	mu     sync.Mutex
	path   string    // of the device
	device *watchdog // nil: there is none
	every  time.Duration
	fed    time.Time
	status string
	failed bool // the log has said that systemd is not told
}

// New finds out who watches. A watchdog that cannot be had is an error; the Guard does without it then.
func New(o Options) (*Guard, error) {
	g := &Guard{log: o.Log, limit: time.Minute}
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	limit, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		err = fmt.Errorf("systemd's WATCHDOG_USEC is not understood: %w", err)
	}
	if limit > 0 {
		g.limit = limit / 2 // sd_watchdog_enabled(3): "every half of the time returned here"
	}
	g.every = g.limit
	return g, errors.Join(err, g.Watch(o.Watchdog))
}

// Watch gives the Guard another watchdog of the computer, "" for none. One that cannot be had is an error; the Guard does without
// it then.
func (g *Guard) Watch(path string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if path == g.path {
		return nil
	}
	err := g.release()
	g.path, g.every = path, g.limit
	if path == "" {
		return err
	}
	device, cannot := openWatchdog(path)
	if cannot != nil {
		return errors.Join(err, fmt.Errorf("the watchdog %s does not watch: %w", path, cannot))
	}
	g.device, g.every = device, min(g.every, bite/3)
	return err
}

// Ready says that the station has started, or has taken another configuration.
func (g *Guard) Ready() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tell(daemon.SdNotifyReady)
}

// Reloading says that another configuration is taken; Ready follows.
func (g *Guard) Reloading() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tell(daemon.SdNotifyReloading + sinceBoot())
}

// sinceBoot is the time that goes with RELOADING=1, which a service of Type=notify-reload must tell (sd_notify(3), MONOTONIC_USEC=).
func sinceBoot() string {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return ""
	}
	return fmt.Sprintf("\nMONOTONIC_USEC=%d", now.Nano()/int64(time.Microsecond))
}

// Status says in plain words how the station is, which "systemctl status" shows. What was said last is not said again.
func (g *Guard) Status(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if text != g.status {
		g.status = text
		g.tell("STATUS=" + strings.ReplaceAll(text, "\n", " "))
	}
}

// Alive says that the loop goes round. It may be called as often as one likes, and at least once a second.
func (g *Guard) Alive(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if since := now.Sub(g.fed); since >= 0 && since < g.every {
		return
	}
	g.fed = now
	g.tell(daemon.SdNotifyWatchdog)
	if g.device != nil {
		if err := g.device.feed(); err != nil {
			g.log.Error("the watchdog is not fed: it will restart this computer", "err", err)
		}
	}
}

// Close says that the station stops, in order: nobody is to restart it or the computer for that.
func (g *Guard) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tell(daemon.SdNotifyStopping)
	return g.release()
}

// release ends the watching of the computer's watchdog.
func (g *Guard) release() error {
	if g.device == nil {
		return nil
	}
	device := g.device
	g.device = nil
	if err := device.close(); err != nil {
		return fmt.Errorf("the watchdog is not told to stop, and will restart this computer: %w", err)
	}
	return nil
}

func (g *Guard) tell(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil && !g.failed {
		g.failed = true
		g.log.Warn("systemd is not told how the station is", "err", err)
	}
}
