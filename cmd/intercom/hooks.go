package main

import (
	"log/slog"
	"reflect"
	"sync"
	"time"

	"intercom/cmd/intercom/audit"
	"intercom/cmd/intercom/hook"
	"intercom/configs"
)

// hooks are those of a running station. They go on while its configuration names the same.
type hooks struct {
	mu     sync.Mutex
	config configs.Config
	all    []*hook.Hook
	told   bool // that the station has started
}

// follow takes the hooks of a configuration in the place of those before. One that cannot be is told of and left out.
func (h *hooks) follow(c configs.Config, log *slog.Logger) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.Station.Name == h.config.Station.Name && reflect.DeepEqual(c.Hooks, h.config.Hooks) {
		return
	}
	h.end()
	h.config = c
	for _, config := range c.Hooks {
		one, err := hook.New(hook.Options{Config: config, Station: c.Station.Name, Log: log})
		if err != nil {
			log.Error("a hook is told of nothing", "err", err)
			continue
		}
		h.all = append(h.all, one)
	}
	if !h.told {
		h.told = true
		h.each(time.Now(), audit.Entry{Kind: audit.Started, Reason: version})
	}
}

func (h *hooks) tell(at time.Time, e audit.Entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.each(at, e)
}

func (h *hooks) each(at time.Time, e audit.Entry) {
	for _, one := range h.all {
		one.Tell(at, e)
	}
}

// close tells that the station ends, and waits a moment for those who are told.
func (h *hooks) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.each(time.Now(), audit.Entry{Kind: audit.Stopped})
	h.end()
}

// end ends all at once, since each may take its time.
func (h *hooks) end() {
	var wait sync.WaitGroup
	for _, one := range h.all {
		wait.Go(one.Close)
	}
	wait.Wait()
	h.all = nil
}
