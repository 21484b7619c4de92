package transaction

import (
	"slices"
	"testing"
	"time"
)

func inviteClient(t *testing.T, reliable bool) (*story, *InviteClient) {
	s := begin(t)
	c, out := NewInviteClient(s.now, request("INVITE"), reliable, Default())
	s.note(out)
	s.m = c
	return s, c
}

func TestInviteClientWithoutAnyResponseSendsSevenAndGivesUp(t *testing.T) {
	s, _ := inviteClient(t, false)
	s.until(time.Minute)
	s.want(Terminated,
		"0s send INVITE", "500ms send INVITE", "1.5s send INVITE", "3.5s send INVITE", "7.5s send INVITE", "15.5s send INVITE",
		"31.5s send INVITE", "32s "+timedOut)
	s.wantSilence()
}

func TestInviteClientOverTCPSendsOnce(t *testing.T) {
	s, _ := inviteClient(t, true)
	s.until(time.Minute)
	s.want(Terminated, "0s send INVITE", "32s "+timedOut)
	s.wantSilence()
}

func TestInviteClientFollowsItsTimers(t *testing.T) {
	s := begin(t)
	c, out := NewInviteClient(s.now, request("INVITE"), false, Timers{T1: 100 * time.Millisecond, T2: time.Second, T4: time.Second})
	s.note(out)
	s.m = c
	s.until(time.Minute)
	s.want(Terminated,
		"0s send INVITE", "100ms send INVITE", "300ms send INVITE", "700ms send INVITE", "1.5s send INVITE", "3.1s send INVITE",
		"6.3s send INVITE", "6.4s "+timedOut)
}

func TestInviteClientIsQuietAfterAProvisional(t *testing.T) {
	s, _ := inviteClient(t, false)
	s.until(600 * time.Millisecond)
	s.receive(response(100))
	s.until(time.Second)
	s.receive(response(180))
	s.until(30 * time.Minute) // ringing is the TU's to bound
	s.want(Proceeding, "0s send INVITE", "500ms send INVITE", "600ms deliver 100", "1s deliver 180")
}

func TestInviteClientDeliversEvery2xxUntilTimerM(t *testing.T) {
	for _, provisional := range []bool{false, true} {
		s, _ := inviteClient(t, false)
		want := []string{"0s send INVITE"}
		if provisional {
			s.receive(response(180))
			want = append(want, "0s deliver 180")
		}
		s.until(100 * time.Millisecond)
		s.receive(response(200))
		s.receive(response(183)) // late
		s.receive(response(486)) // from another branch of a fork, too late
		s.until(10 * time.Second)
		s.receive(response(200)) // a retransmission, or from another branch
		s.want(Accepted, append(want, "100ms deliver 200", "10s deliver 200")...)
		s.until(time.Minute)
		s.want(Terminated, "32.1s done")
		s.wantSilence()
	}
}

func TestInviteClientAcknowledgesEveryFailureUntilTimerD(t *testing.T) {
	for _, status := range []int{302, 407, 486, 503, 603} {
		s, _ := inviteClient(t, false)
		s.receive(response(status))
		s.until(500 * time.Millisecond)
		s.receive(response(status))
		s.receive(response(180))
		s.receive(response(200))
		s.until(31999 * time.Millisecond)
		s.want(Completed, "0s send INVITE", "0s send ACK, deliver "+title(response(status)), "500ms send ACK")
		s.until(time.Minute)
		s.want(Terminated, "32s done")
		s.wantSilence()
	}
}

func TestInviteClientOverTCPEndsWithTheAck(t *testing.T) {
	s, _ := inviteClient(t, true)
	s.receive(response(180))
	s.receive(response(486))
	s.want(Terminated, "0s send INVITE", "0s deliver 180", "0s send ACK, deliver 486, done")
	s.wantSilence()
}

func TestTimerDIsNeverShorterThan32Seconds(t *testing.T) {
	for _, c := range []struct{ t1, want time.Duration }{{10 * time.Millisecond, 32 * time.Second}, {time.Second, 64 * time.Second}} {
		now := time.Now()
		m, _ := NewInviteClient(now, request("INVITE"), false, Timers{c.t1, 4 * time.Second, 5 * time.Second})
		m.Receive(now, response(486))
		if got := m.Deadline().Sub(now); got != c.want {
			t.Errorf("Timer D is %v with T1 %v, want %v", got, c.t1, c.want)
		}
	}
}

func TestInviteClientTransportErrors(t *testing.T) {
	s, c := inviteClient(t, false)
	s.note(c.TransportError(s.now, errBroken))
	s.want(Terminated, "0s send INVITE", "0s tell broken, done")
	s.wantSilence()

	s, c = inviteClient(t, false)
	s.receive(response(180))
	s.note(c.TransportError(s.now, errBroken)) // late news of the INVITE, which arrived after all
	s.receive(response(486))
	s.note(c.TransportError(s.now, errBroken)) // the ACK
	s.want(Terminated, "0s send INVITE", "0s deliver 180", "0s send ACK, deliver 486", "0s tell broken, done")

	s, c = inviteClient(t, false)
	s.receive(response(200))
	s.note(c.TransportError(s.now, errBroken))
	s.want(Accepted, "0s send INVITE", "0s deliver 200")
}

// RFC 3261 §17.1.1.3: the example there, with two Via values and a Route.
func TestAckOfAFailure(t *testing.T) {
	ack := NewAck(request("INVITE"), response(486))
	want := map[string]string{
		"From":         `"Gate" <sip:door@192.0.2.1>;tag=f1`,
		"To":           "<sip:11@192.0.2.2>;tag=t1",
		"Call-ID":      "c1@192.0.2.1",
		"CSeq":         "7 ACK",
		"Max-Forwards": "70",
	}
	for name, value := range want {
		if got := ack.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if ack.Method != "ACK" || ack.RequestURI != "sip:11@192.0.2.2" {
		t.Errorf("request line %s %s", ack.Method, ack.RequestURI)
	}
	if got := slices.Collect(ack.Values("Via")); !slices.Equal(got, []string{"SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKdoor1"}) {
		t.Errorf("Via %q", got)
	}
	if got := slices.Collect(ack.Values("Route")); !slices.Equal(got, []string{"<sip:192.0.2.50;lr>", "<sip:192.0.2.51;lr>"}) {
		t.Errorf("Route %q", got)
	}
	if ack.Has("Contact") || len(ack.Body) != 0 {
		t.Error("the ACK has a Contact or a body")
	}
	if f := validate(t, ack); f != nil {
		t.Error(f)
	}
}

func TestCancelWaitsForAProvisionalAndThenBoundsTheWait(t *testing.T) {
	s, c := inviteClient(t, false)
	if m := c.Cancel(s.now); m != nil {
		t.Errorf("CANCEL before any response:\n%s", m)
	}
	s.until(2 * time.Second)
	s.receive(response(100))
	cancel := c.Cancel(s.now)
	if cancel == nil {
		t.Fatal("no CANCEL after the 100")
	}
	if cancel.Method != "CANCEL" || cancel.Get("CSeq") != "7 CANCEL" || cancel.Get("To") != "<sip:11@192.0.2.2>" || cancel.RequestURI != "sip:11@192.0.2.2" {
		t.Errorf("CANCEL is\n%s", cancel)
	}
	if f := validate(t, cancel); f != nil {
		t.Error(f)
	}
	if InviteKeyOfCancel(cancel) != ServerKey(request("INVITE")) {
		t.Error("the CANCEL does not match its INVITE")
	}
	s.until(10 * time.Second)
	c.Cancel(s.now) // again: the first bound stays
	s.receive(response(180))
	s.until(time.Minute)
	s.want(Terminated, "0s send INVITE", "500ms send INVITE", "1.5s send INVITE", "2s deliver 100", "10s deliver 180", "34s "+timedOut)
	if c.Cancel(s.now) != nil {
		t.Error("CANCEL after the end")
	}
}

func TestCancelledInviteIsAnswered(t *testing.T) {
	for _, status := range []int{487, 200} { // 200: the answer crossed the CANCEL
		s, c := inviteClient(t, false)
		s.receive(response(180))
		c.Cancel(s.now)
		s.until(time.Second)
		s.receive(response(status))
		s.until(32 * time.Second)
		if status == 200 {
			s.want(Accepted, "0s send INVITE", "0s deliver 180", "1s deliver 200")
		} else {
			s.want(Completed, "0s send INVITE", "0s deliver 180", "1s send ACK, deliver 487")
		}
	}
}
