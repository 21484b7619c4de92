package wire

import (
	"net/netip"
	"testing"
)

func TestCallingOut(t *testing.T) {
	play(t, "100, 180, 200, the peer hangs up (RFC 3261 §13)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(100)
		invite.Reply(180)
		p.want("ringing")
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		a.WantSilence(2e9)
		invite.Within().Request("BYE")
		a.WantResponse(200)
		p.wantEnded(0, "remote")
	})
	play(t, "the same over TCP", func(s *stage) {
		p, x := s.phone(), s.listenTCP(netip.AddrPortFrom(address(), 0))
		p.dial("sip:bob@" + x.addr.String() + ";transport=tcp")
		a := x.accept()
		invite := a.WantRequest("INVITE")
		invite.Reply(180)
		p.want("ringing")
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.says("hangup")
		p.wantEnded(0, "local")
		a.WantRequest("BYE").Reply(200)
	})
	play(t, "the same over TLS", func(s *stage) {
		x, fingerprint := s.listenTLS(netip.AddrPortFrom(address(), 0))
		p := s.phone("-transport", "udp,tcp,tls", "-fingerprint", fingerprint, "-aor", "sip:agent@"+x.addr.Addr().String())
		p.dial("sip:bob@" + x.addr.String() + ";transport=tls")
		a := x.accept()
		invite := a.WantRequest("INVITE")
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		invite.Within().Request("BYE")
		a.WantResponse(200)
		p.wantEnded(0, "remote")
	})
	play(t, "486: ACK, call ends (RFC 3261 §21)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(486)
		a.WantRequest("ACK")
		p.wantEnded(486, "remote")
	})
}
