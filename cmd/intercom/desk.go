package main

import (
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/control"
	"intercom/cmd/intercom/station"
	"intercom/configs"
)

// desk is what programs ask, whichever station runs at the moment.
type desk struct {
	log    *slog.Logger
	began  time.Time
	hangup chan<- os.Signal // has the configuration read again

	mu      sync.Mutex
	running *appliance.Appliance // nil before the first one
	config  configs.Control      // of the server
	path    string               // of its socket
	server  *control.Server      // nil: there is no socket
}

// use serves for another station, which is about to run. It is known only when the socket is as it is to be: closing a socket waits
// for those who have asked, and they would wait for the station.
func (d *desk) use(a *appliance.Appliance, c configs.Control) {
	d.mu.Lock()
	same := d.server != nil && d.config == c
	d.mu.Unlock()
	if !same {
		d.reopen(c)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running = a
	if !same && d.server != nil {
		d.log.Info("the control socket is there", "path", d.path, "may_open", c.MayOpen)
	}
}

// reopen puts another socket in the place of the present one. One that cannot be had is no reason to have no station.
func (d *desk) reopen(c configs.Control) {
	if err := d.Close(); err != nil {
		d.log.Warn("the control socket does not close well", "err", err)
	}
	if c.Socket == "" {
		return
	}
	path, err := socketPath(c)
	var server *control.Server
	if err == nil {
		server, err = control.Listen(control.Options{Path: path, MayOpen: c.MayOpen, Station: d, Log: d.log})
	}
	if err != nil {
		d.log.Warn("programs cannot ask the station for anything", "err", err)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.server, d.config, d.path = server, c, path
}

// Close takes the socket away.
func (d *desk) Close() error {
	d.mu.Lock()
	server := d.server
	d.server = nil
	d.mu.Unlock()
	if server == nil {
		return nil
	}
	return server.Close()
}

func (d *desk) station() (*appliance.Appliance, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running == nil {
		return nil, appliance.ErrNotRunning
	}
	return d.running, nil
}

// Press, Open, Call and HangUp ask the station that runs.
func (d *desk) Press(button string) error {
	a, err := d.station()
	if err != nil {
		return err
	}
	return a.Press(button)
}

func (d *desk) Open(door, by string) error {
	a, err := d.station()
	if err != nil {
		return err
	}
	return a.Open(door, by)
}

func (d *desk) Call(target, by string) error {
	a, err := d.station()
	if err != nil {
		return err
	}
	return a.Call(target, by)
}

func (d *desk) HangUp(by string) error {
	a, err := d.station()
	if err != nil {
		return err
	}
	return a.HangUp(by)
}

// Reload has the configuration read; what comes of it is in the log.
func (d *desk) Reload() error {
	select {
	case d.hangup <- syscall.SIGHUP:
	default: // it is about to be read
	}
	return nil
}

// status is what "intercom status -json" prints.
type status struct {
	Version  string                        `json:"version"`
	Uptime   float64                       `json:"uptime_seconds"`
	State    string                        `json:"state"` // what the light shows
	Locked   bool                          `json:"locked_out"`
	Tampered bool                          `json:"tampered"`
	Accounts []accountStatus               `json:"accounts"` // those that register
	Doors    []doorStatus                  `json:"doors"`
	Calls    []callStatus                  `json:"calls"`
	Counts   map[station.RecordKind]uint64 `json:"counts"` // what has happened since the start
}

type accountStatus struct {
	Name       string `json:"name"`
	Registered bool   `json:"registered"`
}

type doorStatus struct {
	Name  string `json:"name"`
	Light bool   `json:"light,omitempty"`
	Open  bool   `json:"open"`           // its relay is on
	Ajar  *bool  `json:"ajar,omitempty"` // it stands open, by its contact; absent without one
}

type callStatus struct {
	Call     string  `json:"call"`
	Peer     string  `json:"peer"`
	State    string  `json:"state"`
	Codec    string  `json:"codec,omitempty"`
	Received uint64  `json:"received_packets"`
	Lost     int64   `json:"lost_packets"`
	Jitter   float64 `json:"jitter_ms"`
	MOS      float64 `json:"mos,omitempty"`
}

func (d *desk) Status() (any, error) {
	a, err := d.station()
	if err != nil {
		return nil, err
	}
	now, err := a.Status()
	if err != nil {
		return nil, err
	}
	s := status{
		Version: version, Uptime: time.Since(d.began).Round(time.Second).Seconds(), State: now.Light, Locked: now.Locked, Tampered: now.Tampered,
		Accounts: []accountStatus{}, Doors: []doorStatus{}, Calls: []callStatus{}, Counts: now.Counts,
	}
	for _, name := range slices.Sorted(maps.Keys(now.Registered)) {
		s.Accounts = append(s.Accounts, accountStatus{name, now.Registered[name]})
	}
	for _, d := range now.Doors {
		door := doorStatus{Name: d.Name, Light: d.Light, Open: d.Pulled}
		if d.Contact {
			door.Ajar = &d.Ajar
		}
		s.Doors = append(s.Doors, door)
	}
	for _, c := range now.Calls {
		f := now.Figures[c.Call]
		s.Calls = append(s.Calls, callStatus{
			Call: string(c.Call), Peer: c.Peer, State: c.State, Codec: f.Codec, Received: f.Received, Lost: f.Lost,
			Jitter: f.Jitter.Seconds() * 1000, MOS: f.MOS,
		})
	}
	return s, nil
}
