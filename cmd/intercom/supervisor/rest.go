package supervisor

import (
	"context"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/configfile"
	"intercom/cmd/intercom/station"
	"intercom/configs"
)

// rest is what there is to do without a configuration to run: show the fault, and wait for a file that is good. What did not
// start is tried again after a while.
func (s *Supervisor) rest(ctx context.Context) {
	s.showFault()
	s.o.Guard.Status("waits for a configuration that is good")
	s.o.Guard.Ready()
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	again := time.NewTimer(s.retry)
	defer again.Stop()
	if len(s.failed) == 0 {
		again.Stop() // only the file can mend it
	}
	for s.next == nil {
		select {
		case <-ctx.Done():
			return
		case <-s.events():
		case <-s.o.Reload:
			s.o.Guard.Reloading()
			s.reconsider()
			s.o.Guard.Ready()
		case <-again.C:
			s.retry = min(2*s.retry, longestRetry)
			s.reconsider()
		case now := <-ticker.C:
			s.o.Guard.Alive(now)
			if s.watch.Step(now, configfile.LookAt(s.o.Places)) {
				s.reconsider()
			}
		}
	}
}

// events are what happens on a board that nobody obeys, such as presses; nil without a board.
func (s *Supervisor) events() <-chan board.Event {
	if s.hw.Board == nil {
		return nil
	}
	return s.hw.Board.Events()
}

// reconsider looks at the file again, whatever has failed before.
func (s *Supervisor) reconsider() {
	s.failed = nil
	c, err := s.examine()
	if err == nil {
		s.next = &c
		return
	}
	s.next = s.lastGood(c.config)
	s.blame(c.files, err, s.meanwhile(copyRuns))
	s.showFault()
}

// showFault lets the light say what is wrong: on the board as it is, or on a board of the light alone.
func (s *Supervisor) showFault() {
	if s.hw.Board == nil {
		s.openLight()
	}
	if s.hw.Board == nil {
		return
	}
	if err := s.hw.Board.Light(board.StatusLight, s.pattern()); err != nil {
		s.log.Warn("the light does not tell the fault", "err", err)
	}
}

// pattern tells a file that is at fault from one that is well and cannot be obeyed.
func (s *Supervisor) pattern() string {
	if len(s.failed) > 0 {
		return station.LightHardwareFault
	}
	return board.FaultPattern(s.line())
}

// openLight opens the light alone, as the file at fault has it.
func (s *Supervisor) openLight() {
	files, err := configs.Read(s.watched())
	if err != nil {
		return
	}
	alone, ok := files.Light()
	if !ok {
		return
	}
	hw, err := s.o.Open(configs.Config{Board: alone})
	if err != nil {
		s.log.Warn("the light cannot tell the fault", "err", err)
		return
	}
	s.hw, s.wired = hw, alone
}
