package supervisor

import (
	"context"
	"strings"
	"time"

	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/configfile"
	"intercom/cmd/intercom/station"
	"intercom/configs"
)

// look is how often the file is looked at.
const look = time.Second

// attend runs a station and follows the file until the station returns.
func (s *Supervisor) attend(ctx context.Context, a *appliance.Appliance) error {
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	if s.fault != nil {
		a.Tell(station.Fault{Kind: station.ConfigFault, Text: brief(s.fault), Line: s.line()})
	}
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-a.Reloaded():
			if s.pending != nil {
				s.inForce(s.pending)
			}
			s.tellGood(a)
		case <-s.o.Reload:
			s.o.Guard.Reloading()
			s.changed(a)
			s.o.Guard.Ready()
		case now := <-ticker.C:
			if s.watch.Step(now, configfile.LookAt(s.o.Places)) {
				s.changed(a)
			}
		}
	}
}

// changed gives the station the file's configuration, if it is good and another one.
func (s *Supervisor) changed(a *appliance.Appliance) {
	c, err := s.examine()
	switch {
	case err != nil:
		s.pending = nil
		a.Stay()
		s.blame(c.files, err, oldRuns)
		a.Tell(station.Fault{Kind: station.ConfigFault, Text: brief(err), Line: s.line()})
	case c.files.Same(s.running.files):
		s.log.Info("the configuration is what it was", "file", c.files.Path)
		s.pending, s.running.own = nil, true
		a.Stay()
		s.absolve()
		s.tellGood(a)
	default:
		s.log.Info("the configuration has changed, and is taken as soon as no call is up", "file", c.files.Path,
			"changes", changes(s.running.files, c.files))
		s.pending = &c
		a.Reload(c.config)
	}
}

func changes(from, to configs.Files) string {
	told := configs.Changes(from, to)
	if len(told) == 0 {
		return "nothing that matters"
	}
	return strings.Join(told, ", ")
}

// inForce notes that a station runs with a configuration.
func (s *Supervisor) inForce(c *choice) {
	if s.running != nil && c.own {
		s.log.Info("the configuration is in force", "file", c.files.Path)
	}
	s.o.Guard.Ready()
	s.o.Level.Set(c.config.Log.Level)
	s.running, s.pending, s.failed, s.retry = c, nil, nil, retry
	if !c.own {
		return
	}
	s.absolve()
	if err := configfile.Keep(s.stateOf(c.config), c.files); err != nil {
		s.log.Warn("a copy is missing", "err", err)
	}
}

// tellGood has the light say that the configuration is no longer at fault.
func (s *Supervisor) tellGood(a *appliance.Appliance) {
	if s.fault == nil {
		a.Tell(station.Fault{Kind: station.ConfigFault, Text: "the configuration is good", Gone: true})
	}
}
