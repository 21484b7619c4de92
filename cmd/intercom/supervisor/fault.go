package supervisor

import (
	"errors"
	"fmt"

	"intercom/cmd/intercom/configfile"
	"intercom/configs"
)

// What the station does while its file is at fault.
const (
	copyRuns    = "The station goes on with the configuration that was good last."
	oldRuns     = "The station goes on with the configuration that it had."
	nothingRuns = "The station rings nobody and opens no door until this is mended."
)

// meanwhile is what the station does, which depends on whether there is anything to run.
func (s *Supervisor) meanwhile(runs string) string {
	if s.next == nil {
		return nothingRuns
	}
	return runs
}

// blame tells what is wrong with the file: in the log, and in a text beside it.
func (s *Supervisor) blame(files configs.Files, err error, meanwhile string) {
	s.fault = err
	if err := configfile.TellFault(files.Path, err, meanwhile); err != nil {
		s.log.Warn("only the log and the light tell the faults", "err", err)
	}
	var faults configs.Faults
	if errors.As(err, &faults) {
		for _, f := range faults {
			s.log.Error("the configuration is at fault", "err", f.String())
		}
	} else {
		s.log.Error("the configuration is at fault", "err", err)
	}
	s.log.Warn(meanwhile)
}

// tellOverlooked tells of files that were to come before the one that counts, and do not because of their names.
func (s *Supervisor) tellOverlooked(counts string) {
	for _, place := range configfile.Overlooked(s.o.Places, counts) {
		s.log.Warn("a file that may be meant as the configuration is not read", "file", configs.Stray(place), "want", place)
	}
	if err := configfile.TellOverlooked(s.o.Places, counts); err != nil {
		s.log.Warn("only the log tells it", "err", err)
	}
}

// absolve forgets the faults of a file that is good.
func (s *Supervisor) absolve() {
	s.fault = nil
	if err := configfile.ClearFault(s.running.files.Path); err != nil {
		s.log.Warn("the faults are mended", "err", err)
	}
}

// mostLine is the largest number of a line that somebody counts on a light.
const mostLine = 999

// line is the first line at fault of the configuration itself, 0 if there is none or it is in the file of secrets.
func (s *Supervisor) line() int {
	var faults configs.Faults
	if !errors.As(s.fault, &faults) || faults[0].File != s.watched() || faults[0].Line > mostLine {
		return 0
	}
	return faults[0].Line
}

// watched is the file that counts.
func (s *Supervisor) watched() string {
	path, _ := configfile.Find(s.o.Places)
	return path
}

// brief is a fault in one line.
func brief(err error) string {
	var faults configs.Faults
	if !errors.As(err, &faults) || len(faults) == 0 {
		return err.Error()
	}
	if len(faults) == 1 {
		return faults[0].String()
	}
	return fmt.Sprintf("%s (and %d more)", faults[0], len(faults)-1)
}
