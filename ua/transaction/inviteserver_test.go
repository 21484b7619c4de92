package transaction

import (
	"testing"
	"time"
)

func inviteServer(t *testing.T, reliable bool) (*story, *InviteServer) {
	s := begin(t)
	m := NewInviteServer(s.now, request("INVITE"), reliable, Default())
	s.m = m
	return s, m
}

func (s *story) respond(status int) {
	s.t.Helper()
	switch m := s.m.(type) {
	case *InviteServer:
		s.note(m.Respond(s.now, responseTo("INVITE", status)))
	case *Server:
		s.note(m.Respond(s.now, responseTo("OPTIONS", status)))
	}
}

func TestInviteServerSaysTryingAfter200Milliseconds(t *testing.T) {
	s, _ := inviteServer(t, false)
	s.until(100 * time.Millisecond)
	s.receive(request("INVITE")) // nothing to send yet
	s.until(10 * time.Minute)
	s.receive(request("INVITE"))
	s.want(Proceeding, "200ms send 100", "10m0s send 100")
}

func TestInviteServerSaysNoTryingWhereTheUserIsQuick(t *testing.T) {
	s, _ := inviteServer(t, false)
	s.until(50 * time.Millisecond)
	s.respond(180)
	s.until(time.Second)
	s.receive(request("INVITE"))
	s.respond(183)
	s.receive(request("INVITE"))
	s.receive(request("ACK")) // of nothing
	s.want(Proceeding, "50ms send 180", "1s send 180", "1s send 183", "1s send 183")
}

func TestInviteServerAbsorbsInvitesAfter2xxUntilTimerL(t *testing.T) {
	s, _ := inviteServer(t, false)
	s.respond(200)
	s.until(500 * time.Millisecond)
	s.receive(request("INVITE"))
	s.respond(200) // the TU's own retransmission
	s.respond(486)
	s.respond(180)
	s.receive(request("ACK")) // of an RFC 2543 client
	s.until(31 * time.Second)
	s.want(Accepted, "0s send 200", "500ms send 200", "500ms deliver ACK")
	s.until(time.Minute)
	s.want(Terminated, "32s done")
	s.wantSilence()
}

func TestInviteServerRepeatsAFailureUntilTheAck(t *testing.T) {
	s, _ := inviteServer(t, false)
	s.respond(180)
	s.respond(486)
	s.until(time.Second)
	s.receive(request("INVITE"))
	s.respond(200) // too late
	s.until(2 * time.Second)
	s.receive(request("ACK"))
	s.receive(request("ACK"))
	s.receive(request("INVITE"))
	s.until(6 * time.Second)
	s.want(Confirmed, "0s send 180", "0s send 486", "500ms send 486", "1s send 486", "1.5s send 486")
	s.until(time.Minute)
	s.want(Terminated, "7s done") // Timer I
	s.wantSilence()
}

func TestInviteServerGivesUpWithoutAnAck(t *testing.T) {
	s, _ := inviteServer(t, false)
	s.respond(503)
	s.until(time.Minute)
	s.want(Terminated,
		"0s send 503", "500ms send 503", "1.5s send 503", "3.5s send 503", "7.5s send 503", "11.5s send 503", "15.5s send 503",
		"19.5s send 503", "23.5s send 503", "27.5s send 503", "31.5s send 503", "32s "+timedOut)
	s.wantSilence()
}

func TestInviteServerOverTCP(t *testing.T) {
	s, _ := inviteServer(t, true)
	s.respond(603)
	s.until(10 * time.Second)
	s.want(Completed, "0s send 603") // no Timer G
	s.receive(request("ACK"))
	s.want(Terminated, "10s done") // no Timer I
	s.wantSilence()

	s, _ = inviteServer(t, true)
	s.respond(603)
	s.until(time.Minute)
	s.want(Terminated, "0s send 603", "32s "+timedOut) // but Timer H

	s, _ = inviteServer(t, true)
	s.respond(200)
	s.until(time.Minute)
	s.want(Terminated, "0s send 200", "32s done") // and Timer L
}

func TestInviteServerTellsTransportErrorsOnceAndStays(t *testing.T) {
	s, m := inviteServer(t, false)
	s.respond(180)
	s.note(m.TransportError(s.now, errBroken))
	s.want(Proceeding, "0s send 180", "0s tell broken")
	s.respond(486)
	s.note(m.TransportError(s.now, errBroken))
	s.until(600 * time.Millisecond)
	s.want(Completed, "0s send 486", "500ms send 486")
	s.receive(request("ACK"))
	s.want(Confirmed)
}

func TestRetransmittedResponseIsTheSame(t *testing.T) {
	s, m := inviteServer(t, false)
	sent := responseTo("INVITE", 486)
	sent.Body = []byte("with a body")
	m.Respond(s.now, sent)
	again := m.Receive(s.now, request("INVITE")).Send[0]
	if again.String() != sent.String() {
		t.Errorf("sent\n%s\nthen\n%s", sent, again)
	}
}
