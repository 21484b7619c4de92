// Package hook tells others of what happens at the door, a record at a time: a server, by a signed POST of JSON that is tried again
// until it is taken, or a program of this computer. Each hook has a queue and a goroutine of its own, so that none waits for another
// and the door for none.
//
// Signatures are those of Standard Webhooks (standardwebhooks.com, version 1.0.0): whoever receives them finds a library for them.
package hook

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"intercom/cmd/intercom/audit"
)

// queued is how many records wait for a server that does not answer. A visit makes about five.
const queued = 64

// The tries of a record: the pause doubles from the first to the longest, and after so many the record is given up, a quarter of an
// hour after it was made.
const (
	firstPause   = 2 * time.Second
	longestPause = 5 * time.Minute
	mostTries    = 10
)

// Options of a Hook.
type Options struct {
	Config  Config
	Station string       // its name, for who is told of several
	Log     *slog.Logger // nil discards

	// Dial connects to a server; nil is that of package net.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	Rand io.Reader // of the identifiers; nil is crypto/rand
}

// Event is what a hook is told, as JSON.
type Event struct {
	ID      string    `json:"id"`
	Time    time.Time `json:"time"`
	Station string    `json:"station"`
	audit.Entry
}

// Hook tells one server or program.
type Hook struct {
	config  Config
	station string
	log     *slog.Logger
	rand    io.Reader
	send    func(context.Context, Event) error

	events chan Event
	cancel context.CancelFunc
	done   chan struct{}

	mu     sync.Mutex
	lost   int
	closed bool
}

// errRefused is a server's last word: the same again would be refused again.
var errRefused = errors.New("refused")

// New begins to serve a hook.
func New(o Options) (*Hook, error) {
	h := &Hook{
		config: o.Config, station: o.Station, log: o.Log, rand: o.Rand,
		events: make(chan Event, queued), done: make(chan struct{}),
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.rand == nil {
		h.rand = rand.Reader
	}
	h.log = h.log.With("hook", o.Config.Name)
	if len(o.Config.Command) > 0 {
		h.send = command(o.Config).run
	} else {
		p, err := newPoster(o)
		if err != nil {
			return nil, fmt.Errorf("hook %q: %w", o.Config.Name, err)
		}
		h.send = p.post
	}
	var ctx context.Context
	ctx, h.cancel = context.WithCancel(context.Background())
	go h.serve(ctx)
	return h, nil
}

// Tell takes a record and never waits. One that finds the queue full is counted and dropped.
func (h *Hook) Tell(at time.Time, e audit.Entry) {
	if len(h.config.Events) > 0 && !slices.Contains(h.config.Events, e.Kind) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	var id [16]byte
	_, _ = io.ReadFull(h.rand, id[:])
	select {
	case h.events <- Event{"msg_" + hex.EncodeToString(id[:]), at.UTC(), h.station, e}:
	default:
		h.lost++
	}
}

// farewell is how long a station that ends waits for its hooks.
const farewell = 3 * time.Second

// Close tells what waits, for up to farewell, and drops the rest.
func (h *Hook) Close() {
	h.mu.Lock()
	if !h.closed {
		h.closed = true
		close(h.events)
	}
	h.mu.Unlock()
	late := time.AfterFunc(farewell, h.cancel)
	defer late.Stop()
	<-h.done
	h.cancel()
}

func (h *Hook) serve(ctx context.Context) {
	defer close(h.done)
	for e := range h.events {
		h.tellLost("too much has happened while the hook did not answer: it is not told")
		if h.deliver(ctx, e); ctx.Err() != nil {
			h.lose(1 + len(h.events))
			break
		}
	}
	h.tellLost("the hook did not answer before the end: it is not told")
}

func (h *Hook) lose(records int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lost += records
}

func (h *Hook) tellLost(why string) {
	h.mu.Lock()
	lost := h.lost
	h.lost = 0
	h.mu.Unlock()
	if lost > 0 {
		h.log.Warn(why, "records", lost)
	}
}

// deliver tries until the record is taken, refused or too old. A program is run once: whether it has done its part before it failed
// nobody knows.
func (h *Hook) deliver(ctx context.Context, e Event) {
	tries := mostTries
	if len(h.config.Command) > 0 {
		tries = 1
	}
	for n, pause := 1, firstPause; ; n, pause = n+1, min(2*pause, longestPause) {
		attempt, cancel := context.WithTimeout(ctx, h.config.Timeout)
		err := h.send(attempt, e)
		cancel()
		switch {
		case err == nil || ctx.Err() != nil:
			return
		case n == tries || errors.Is(err, errRefused):
			h.log.Error("the hook was not told", "event", e.Kind, "err", err)
			return
		case n == 1:
			h.log.Warn("the hook does not answer: it is tried again", "event", e.Kind, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

func (e Event) json() ([]byte, error) { return json.Marshal(e) }
