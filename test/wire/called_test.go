package wire

import "testing"

func TestBeingCalled(t *testing.T) {
	play(t, "INVITE, 200, ACK, BYE (RFC 3261 §13, §15)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		d.Ack()
		p.want("answered")
		a.WantSilence(2e9)
		d.Request("BYE")
		d.Want(200)
		p.wantEnded(0, "remote")
	})
}
