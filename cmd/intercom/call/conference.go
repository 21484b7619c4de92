package call

import (
	"fmt"

	"intercom/media"
	"intercom/ua"
)

// Join says whether a call is heard at the door and by the other calls, and whether it hears the door and them. For a call
// that has no stream, since it is over or not answered yet, it means nothing.
func (s *Switchboard) Join(id ua.CallID, heard, hears bool) {
	if l, ok := s.legs[id]; ok {
		l.stream.Join(heard, hears)
	}
}

// Say plays a signal to the other end of one call, until Hush.
func (s *Switchboard) Say(id ua.CallID, signal media.Signal) error {
	l, ok := s.legs[id]
	if !ok {
		return nil
	}
	if err := l.stream.Play(signal); err != nil {
		return fmt.Errorf("call %q: %w", id, err)
	}
	return nil
}

// Hush ends what Say began.
func (s *Switchboard) Hush(id ua.CallID) {
	if l, ok := s.legs[id]; ok {
		l.stream.Stop()
	}
}
