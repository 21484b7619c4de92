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
}

func (h *hooks) tell(at time.Time, e audit.Entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.all {
		one.Tell(at, e)
	}
}

func (h *hooks) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.end()
}

func (h *hooks) end() {
	for _, one := range h.all {
		one.Close()
	}
	h.all = nil
}
