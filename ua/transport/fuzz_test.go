package transport

import (
	"net/netip"
	"testing"
	"time"

	"intercom/ua/sip"
)

// FuzzReceive gives any datagram to the reader. Whatever its Via says, the answer goes to nobody but the host that asked,
// unless a maddr asks for another: a door station is no catapult.
func FuzzReceive(f *testing.F) {
	f.Add([]byte(options(plainVia)))
	f.Add([]byte(options("SIP/2.0/UDP phone.example;rport;received=203.0.113.66;branch=z9hG4bK1")))
	f.Add([]byte(options("SIP/2.0/UDP [::1];rport=1;received=[2001:db8::66], SIP/2.0/UDP b;branch=z9hG4bK0")))
	f.Add([]byte(options("SIP/2.0/UDP 192.0.2.2;received=\"203.0.113.66\";received=203.0.113.66")))
	f.Add([]byte("\r\n\r\n"))
	f.Add([]byte("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x\r\n\r\n"))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		u := &UDP{inbox: newInbox(1), local: doorPort}
		u.receive(time.Time{}, Flow{Transport: "UDP", Remote: phonePort}, datagram)
		s := u.Stats()
		if s.KeepAlives+s.Garbage+s.Received != 1 || len(u.inbox.packets) != int(s.Received) {
			t.Fatalf("one datagram is counted as %+v", s)
		}
		if s.Received == 0 {
			return
		}
		p := <-u.inbox.packets
		if p.Msg == nil || p.Err != nil || p.Remote != phonePort {
			t.Fatalf("packet %+v", p)
		}
		if !p.Msg.IsRequest() {
			return
		}
		resp := sip.NewResponse(p.Msg, 400, "")
		if via, err := resp.TopVia(); err == nil && via.Params.Has("maddr") {
			return
		}
		if to := Reply(p.Flow, resp).Remote; to.Addr() != phonePort.Addr() || to == (netip.AddrPort{}) || to.Port() == 0 {
			t.Fatalf("the answer to %v goes to %v", phonePort, to)
		}
	})
}

func BenchmarkStampVia(b *testing.B) {
	req, _ := sip.Parse([]byte(options("SIP/2.0/UDP 192.0.2.2:5060;rport;branch=z9hG4bK1")))
	via := req.Get("Via")
	b.ReportAllocs()
	for b.Loop() {
		req.Set("Via", via)
		stampVia(req, phonePort)
	}
}
