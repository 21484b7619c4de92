package ua_test

import (
	"crypto/tls"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// reachedSecurely lets the door speak TLS to a PBX that it knows by UDP.
func reachedSecurely(pbx identity) func(*ua.Options) {
	return func(o *ua.Options) {
		o.Config.Transports = []string{"udp", "tcp", "tls"}
		o.Accounts[0].CAFile = pbx.file
		o.Accounts[0].Registrar = "sip:pbx.test:5060"
	}
}

func TestSIPSGoesOverTLSOnly(t *testing.T) { // RFC 3261 §8.1.2, §26.2.2
	pbxIs := newIdentity(t, "pbx.test")
	story(t, "by an account that is registered over UDP", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		l := tls.NewListener(h.listens(tlsAddr), &tls.Config{Certificates: []tls.Certificate{pbxIs.Certificate}})
		h.ua.Dial("out-1", ua.Dial{Target: "sips:11@pbx.test", Media: media()})
		secure, _ := h.accept(l)
		invite := secure.WantRequest("INVITE")
		if invite.RequestURI != "sips:11@pbx.test" || invite.Get("Contact")[:5] != "<sips" {
			h.Errorf("calls with\n%s", invite)
		}
		invite.Reply(486)
		h.wantEnded(486, true)
		pbx.WantSilence(time.Second)
	}, registered, reachedSecurely(pbxIs))
	story(t, "no TLS there: no call, and nothing by UDP or TCP", func(h *house) {
		pbx := h.phone(pbxAddr)
		plain := h.listens(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Target: "sips:11@pbx.test", Media: media()})
		h.wantEnded(503, false)
		pbx.WantSilence(40 * time.Second)
		plain.Close()
		if c, err := plain.Accept(); err == nil {
			h.Errorf("somebody has connected: %v", c.RemoteAddr())
		}
	}, registered, reachedSecurely(pbxIs))
	story(t, "no TLS here: no call", func(h *house) {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Target: "sips:11@pbx.test", Media: media()})
		if e := want[ua.Ended](h); e.Status < 400 || e.Remote {
			h.Errorf("ended with %+v", e)
		}
		pbx.WantSilence(40 * time.Second)
	}, registered)
	story(t, "in a dialog: the target is sips though the proxy is not", func(h *house) {
		phone := h.phone(phoneAddr)
		call := phone.Call(h.addr, "door")
		call.Request("INVITE", "Contact: <sips:11@192.0.2.21>", "Record-Route: <sip:192.0.2.1;lr>", uatest.SDP(rtp(phone)))
		in := want[ua.Incoming](h)
		h.ua.Answer(in.Call, media())
		call.Want(200)
		call.Ack()
		want[ua.Answered](h)
		l := tls.NewListener(h.listens(tlsAddr), &tls.Config{Certificates: []tls.Certificate{pbxIs.Certificate}})
		h.ua.Hangup(in.Call)
		want[ua.Ended](h)
		if _, err := l.Accept(); err != nil {
			h.Error(err)
		}
	}, func(o *ua.Options) { o.Config.Transports = []string{"udp", "tcp", "tls"} })
}

func TestClientCertificates(t *testing.T) {
	c := ua.Default()
	c.ClientCAFile = "/nowhere/ca.pem"
	if faults := c.Check(); len(faults) != 1 || faults[0].Key != "client_ca_file" {
		t.Errorf("faults %v", faults)
	}
}
