// Package appliance is one door station put together: the board, the user agent, the sound and the rules, with the loop
// that carries events to the rules and their actions back.
package appliance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/call"
	"intercom/cmd/intercom/station"
	"intercom/configs"
	"intercom/media"
	"intercom/ua"
)

// Options is what a door station is made of.
type Options struct {
	Config configs.Config
	Board  *board.Board
	Log    *slog.Logger // nil discards

	// Instance is what tells this device from all others, across restarts; empty tells registrars none.
	Instance string

	// Keep is where the rules keep what must outlive a restart; nil forgets it.
	Keep Keeper

	Watch Watcher

	// After is the station that this one follows in the same process, nil for none. What it knows goes on: a lock-out, what
	// is open, what is at fault. It must have returned from Run.
	After *Appliance

	// The fields below are for networks other than the computer's own; all may be zero.
	ListenSIP func(netip.AddrPort) (ua.PacketConn, error)
	ListenRTP func(netip.AddrPort) (media.PacketConn, error)
	Route     func(remote netip.AddrPort) (netip.Addr, error)
	Lookup    func(ctx context.Context, host string) ([]netip.Addr, error)
}

// Watcher is told what the station hears and does, on the station's own goroutine: it must not block. Any field may be
// nil.
type Watcher struct {
	Event   func(time.Time, station.Event)
	Action  func(time.Time, station.Action)
	Ended   func(call.Ended)
	Message func(ua.Trace)
	Record  func(time.Time, station.Record)
	Alive   func(time.Time) // once a second while the loop goes round
}

// Appliance is a door station that Run sets going.
type Appliance struct {
	board   *board.Board
	agent   *ua.UA
	engine  *media.Engine
	calls   *call.Switchboard
	station *station.Station
	signals signals
	watch   Watcher
	log     *slog.Logger
	pending []station.Event // what acting has led to, for the next steps

	config    configs.Config
	inbox     chan func()     // for the loop
	over      chan struct{}   // closed when the loop has ended
	next      *configs.Config // waits for the end of a call; nil if none does
	idleSince time.Time       // while next waits: no call since then
	reloaded  chan struct{}

	mixes     map[station.CallID]station.Mix
	counts    map[station.RecordKind]uint64
	keep      Keeper
	forgetful bool // the log has said that nothing is kept

	succession   *succession
	moved        int    // calls placed because the house transferred one
	clipped      uint64 // samples that were clipped when the log said so last
	toldClipping time.Time
	turns        bool // the log has said that house and visitor are heard in turns
}

// New opens sockets and sound. A sound card that fails is told to the station as a fault and replaced by silence, since a
// station without sound still rings and still opens; a SIP port that cannot be had is an error.
func New(o Options) (*Appliance, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &Appliance{
		board: o.Board, watch: o.Watch, log: o.Log, succession: newSuccession(),
		mixes:  map[station.CallID]station.Mix{},
		counts: map[station.RecordKind]uint64{},
		config: o.Config, keep: o.Keep, inbox: make(chan func()), over: make(chan struct{}), reloaded: make(chan struct{}, 1),
	}
	local, err := netip.ParseAddrPort(o.Config.SIP.Listen)
	if err != nil {
		return nil, fmt.Errorf("sip.listen: %w", err)
	}
	if err := a.openSound(o); err != nil {
		return nil, fmt.Errorf("the sound does not start: %w", err)
	}
	agent, err := ua.New(ua.Options{
		Config:   o.Config.SIP,
		Accounts: o.Config.Accounts,
		Callers:  o.Config.Callers,
		Formats:  call.Formats(o.Config.RTP.Codecs),
		Log:      o.Log,
		Listen:   o.ListenSIP,
		Route:    o.Route,
		Lookup:   o.Lookup,
		Trace:    o.Watch.Message,
		Instance: o.Instance,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the user agent does not start: %w", err), a.engine.Close())
	}
	a.agent = agent
	a.calls = call.New(agent, a.engine, call.Config{
		Local:  local.Addr(),
		Codecs: o.Config.RTP.Codecs,
		Ptime:  o.Config.RTP.Ptime,
		Mux:    o.Config.RTP.Mux,
		Inband: o.Config.RTP.InbandDigits,
		Apart:  true,
		Log:    o.Log,
	})
	if o.After == nil {
		rules := o.Config.Rules()
		a.station = station.New(rules)
		a.recall(station.Memory{LockedFor: rules.LockOut, Lost: true})
		return a, nil
	}
	a.station, a.counts = o.After.station, o.After.counts
	a.station.Restart(o.Config.Rules(), o.Board != o.After.board)
	return a, nil
}

// Levels returns how loud microphone and loudspeaker are, in dB of full scale.
func (a *Appliance) Levels() (microphone, loudspeaker float64) { return a.engine.Levels() }
