package supervisor

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"intercom/cmd/intercom/configfile"
	"intercom/cmd/intercom/statefile"
	"intercom/configs"
)

// choose decides what to run first: the file's configuration, or the one that was good last, or nothing.
func (s *Supervisor) choose() error {
	c, err := s.examine()
	if err == nil {
		s.next = &c
		return nil
	}
	if s.next = s.lastGood(c.config); s.next == nil && s.o.Named && errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s.blame(c.files, err, s.meanwhile(copyRuns))
	return nil
}

// examine reads and checks the file. With an error the choice is not to be run.
func (s *Supervisor) examine() (choice, error) {
	s.watch.Take(configfile.LookAt(s.o.Places))
	path, found := configfile.Find(s.o.Places)
	if !found && s.running != nil {
		path = s.running.files.Path
	}
	s.tellOverlooked(path)
	files, err := configs.Read(path)
	if err != nil {
		return choice{files: configs.Files{Path: path}, config: configs.Default()}, err
	}
	if warning := files.Warning(); warning != "" {
		s.log.Warn(warning)
	}
	config, faults := files.Check()
	if len(faults) > 0 {
		return choice{files: files, config: config}, faults
	}
	if plain := config.Station.InPlain(); len(plain) > 0 {
		s.log.Warn(`codes can be read in the configuration; "intercom hash" makes of them what cannot`, "of", plain)
	}
	return choice{files: files, config: config, own: true}, nil
}

// lastGood finds the copy that was kept, nil if there is none. It is checked like any other: the program may be newer. The
// file at fault may say where it is.
func (s *Supervisor) lastGood(broken configs.Config) *choice {
	for _, dir := range []*statefile.Dir{s.stateOf(broken), s.stateOf(configs.Default())} {
		files, err := configfile.LastGood(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		config, faults := files.Check()
		if err == nil && len(faults) > 0 {
			err = fmt.Errorf("this program does not take it: %v", faults[0])
		}
		if err == nil {
			return &choice{files: files, config: config}
		}
		s.log.Error("the configuration that was good last is of no use", "err", err)
	}
	return nil
}

// stateOf opens the directory for the state, once.
func (s *Supervisor) stateOf(c configs.Config) *statefile.Dir {
	path := s.o.StateDir(c)
	if d, ok := s.state[path]; ok {
		return d
	}
	d, err := statefile.Open(path)
	if err != nil {
		s.log.Warn("a lock-out, and the configuration that was good last, are forgotten at the next start", "err", err)
	}
	s.state[path] = d
	return d
}

// retreat looks for something else to run where a configuration did not start: what ran before, or what was good last. What
// has failed is not tried again before the next rest.
func (s *Supervisor) retreat(c *choice, err error) {
	err = fmt.Errorf("the station does not start with it: %w", err)
	s.failed = append(s.failed, c.files)
	for _, other := range []*choice{s.running, s.lastGood(c.config)} {
		if other != nil && !slices.ContainsFunc(s.failed, other.files.Same) {
			s.next = &choice{files: other.files, config: other.config}
			break
		}
	}
	runs := copyRuns
	if s.running != nil {
		runs = oldRuns
	}
	if c.own || s.next == nil {
		s.blame(c.files, err, s.meanwhile(runs))
	} else {
		s.log.Error("the configuration is not taken", "file", c.files.Path, "err", err)
	}
}
