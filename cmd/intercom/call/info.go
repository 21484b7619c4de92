package call

import (
	"fmt"
	"time"

	"intercom/media/dtmf"
	"intercom/ua"
)

// wayInfo names the digits of INFO requests.
const wayInfo = "info"

// infoType is the body that we send keys in, and keyTime how long it says that they are pressed.
const (
	infoType = "application/dtmf-relay"
	keyTime  = 160 * time.Millisecond
)

// info takes a key that came as an INFO request. Only those of answered calls count, as with telephone events.
func (s *Switchboard) info(e ua.Info) {
	l, ok := s.legs[e.Call]
	if !ok || !l.answered {
		return
	}
	key, err := dtmf.ParseInfo(e.ContentType, e.Body)
	if err != nil {
		s.config.Log.Warn("a key was not understood", "call", string(e.Call), "err", err)
		return
	}
	select {
	case l.infos <- Digit{Call: e.Call, Rune: key.Digit, Way: wayInfo}:
	default:
		s.config.Log.Warn("a key is lost: too many at once", "call", string(e.Call))
	}
}

// SendInfo presses keys in an answered call by INFO requests, for peers that understand no telephone events.
func (s *Switchboard) SendInfo(id ua.CallID, digits string) error {
	if l, ok := s.legs[id]; !ok || !l.answered {
		return fmt.Errorf("digits for call %q, which is not up", id)
	}
	for i := range len(digits) {
		body := fmt.Appendf(nil, "Signal=%c\r\nDuration=%d\r\n", digits[i], keyTime.Milliseconds())
		if _, err := dtmf.ParseInfo(infoType, body); err != nil {
			return fmt.Errorf("digits %q: %w", digits, err)
		}
		s.agent.SendInfo(id, infoType, body)
	}
	return nil
}
