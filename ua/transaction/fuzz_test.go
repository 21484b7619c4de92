package transaction

import (
	"testing"
	"time"

	"intercom/ua/sip"
)

// FuzzMachines feeds all four machines any order of messages, responses, errors and waits. Whatever comes, they do not
// panic, end only once, have no deadline in the past, and end by themselves when nobody but their own timers goes on.
func FuzzMachines(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09"))
	f.Add([]byte("\x05\x20\x22\x40\x04"))
	f.Add([]byte("\x01\x21\x07\x08\x30"))
	f.Fuzz(func(t *testing.T, steps []byte) {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, reliable := range []bool{false, true} {
			a, _ := NewInviteClient(now, request("INVITE"), reliable, Default())
			b, _ := NewClient(now, request("INVITE"), reliable, Default())
			c := NewInviteServer(now, request("INVITE"), reliable, Default())
			d := NewServer(now, request("INVITE"), reliable, Default())
			for _, m := range []machine{a, b, c, d} {
				drive(t, m, now, steps)
			}
		}
	})
}

func drive(t *testing.T, m machine, now time.Time, steps []byte) {
	statuses := []int{100, 180, 200, 202, 302, 408, 486, 603}
	r, server := m.(interface {
		Respond(time.Time, *sip.Message) Out
	})
	ended := false
	check := func(out Out) {
		if ended && (out.Send != nil || out.Deliver != nil || out.Err != nil || out.Done) {
			t.Fatalf("%T asks for %+v after its end", m, out)
		}
		if ended = ended || out.Done; ended != (m.State() == Terminated) {
			t.Fatalf("%T: done %v in state %v", m, ended, m.State())
		}
	}
	for _, step := range steps {
		switch resp := response(statuses[step&7]); {
		case step < 0x20 && server:
			check(r.Respond(now, resp))
		case step < 0x20:
			check(m.Receive(now, resp))
		case step < 0x30 && server:
			check(m.Receive(now, request("INVITE")))
		case step < 0x40 && server:
			check(m.Receive(now, request("ACK")))
		case step < 0x48:
			check(m.TransportError(now, errBroken))
		default:
			now = now.Add(time.Duration(step) * 50 * time.Millisecond)
			for due(m.Deadline(), now) {
				check(m.Tick(now))
			}
		}
	}
	for i := 0; !m.Deadline().IsZero(); i++ {
		if i > 100 {
			t.Fatalf("%T goes on for ever in state %v", m, m.State())
		}
		now = m.Deadline()
		check(m.Tick(now))
	}
	if waits := m.State() == Proceeding; !ended && !waits {
		t.Fatalf("%T waits in state %v without a deadline", m, m.State())
	}
}
