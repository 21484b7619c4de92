package transaction

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/ua/sip"
)

// machine is what the four have in common.
type machine interface {
	State() State
	Deadline() time.Time
	Receive(time.Time, *sip.Message) Out
	TransportError(time.Time, error) Out
	Tick(time.Time) Out
}

// story steps a machine through time and writes down what it asks for: "1.5s send INVITE", "32s tell transaction timed out".
type story struct {
	t     *testing.T
	start time.Time
	now   time.Time
	m     machine
	lines []string
}

func begin(t *testing.T) *story {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return &story{t: t, start: start, now: start}
}

func (s *story) note(o Out) {
	s.t.Helper()
	var words []string
	for _, m := range o.Send {
		words = append(words, "send "+title(m))
	}
	if o.Deliver != nil {
		words = append(words, "deliver "+title(o.Deliver))
	}
	if o.Err != nil {
		words = append(words, "tell "+o.Err.Error())
	}
	if o.Done {
		words = append(words, "done")
		if s.m != nil && s.m.State() != Terminated {
			s.t.Errorf("done in state %v", s.m.State())
		}
	}
	if words != nil {
		s.lines = append(s.lines, s.now.Sub(s.start).String()+" "+strings.Join(words, ", "))
	}
}

func title(m *sip.Message) string {
	if m.IsRequest() {
		return m.Method
	}
	return fmt.Sprint(m.Status)
}

// until lets time pass up to at, ticking at every deadline.
func (s *story) until(at time.Duration) {
	s.t.Helper()
	for end := s.start.Add(at); ; {
		next := s.m.Deadline()
		if next.IsZero() || next.After(end) {
			s.now = end
			return
		}
		if next.Before(s.now) {
			s.t.Fatalf("deadline %v lies in the past", next.Sub(s.start))
		}
		if o := s.m.Tick(next.Add(-1)); o.Send != nil || o.Deliver != nil || o.Err != nil || o.Done {
			s.t.Errorf("a timer fired before the deadline %v", next.Sub(s.start))
		}
		s.now = next
		s.note(s.m.Tick(next))
		if s.m.Deadline().Equal(next) {
			s.t.Fatalf("the deadline %v stays after Tick", next.Sub(s.start))
		}
	}
}

func (s *story) receive(m *sip.Message) { s.t.Helper(); s.note(s.m.Receive(s.now, m)) }

// want compares everything since the last want, and the state.
func (s *story) want(state State, lines ...string) {
	s.t.Helper()
	if !slices.Equal(s.lines, lines) {
		s.t.Errorf("got\n  %s\nwant\n  %s", strings.Join(s.lines, "\n  "), strings.Join(lines, "\n  "))
	}
	if s.m.State() != state {
		s.t.Errorf("state %v, want %v", s.m.State(), state)
	}
	s.lines = nil
}

// wantSilence says that a machine has ended for good.
func (s *story) wantSilence() {
	s.t.Helper()
	s.receive(request("INVITE"))
	s.receive(request("ACK"))
	s.receive(response(180))
	s.receive(response(200))
	s.receive(response(486))
	s.note(s.m.TransportError(s.now, errBroken))
	if r, ok := s.m.(interface {
		Respond(time.Time, *sip.Message) Out
	}); ok {
		s.note(r.Respond(s.now, response(200)))
	}
	s.until(10 * time.Minute)
	s.want(Terminated)
}

var errBroken = errors.New("broken")

const timedOut = "tell transaction timed out, done"

func request(method string) *sip.Message {
	m := sip.NewRequest(method, "sip:11@192.0.2.2")
	m.Add("Via", "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKdoor1, SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKinner")
	m.Add("Route", "<sip:192.0.2.50;lr>, <sip:192.0.2.51;lr>")
	m.Add("Max-Forwards", "70")
	m.Add("From", `"Gate" <sip:door@192.0.2.1>;tag=f1`)
	m.Add("To", "<sip:11@192.0.2.2>")
	m.Add("Call-ID", "c1@192.0.2.1")
	m.Add("CSeq", "7 "+method)
	m.Add("Contact", "<sip:door@192.0.2.1>")
	m.Body = []byte("v=0\r\n")
	return m
}

func response(status int) *sip.Message { return responseTo("INVITE", status) }

func responseTo(method string, status int) *sip.Message {
	m := sip.NewResponse(request(method), status, "")
	m.Set("To", "<sip:11@192.0.2.2>;tag=t1")
	return m
}
