package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua/uatest"
)

func TestSessionTimers(t *testing.T) { // RFC 4028
	t.Parallel()
	const timer = "Supported: timer"
	for name, tt := range map[string]struct {
		lines []string
		want  string // Session-Expires of the 200
	}{
		"refresher=uac":               {[]string{timer, "Session-Expires: 90;refresher=uac"}, "90;refresher=uac"},
		"refresher=uas":               {[]string{timer, "Session-Expires: 90;refresher=uas"}, "90;refresher=uas"},
		"no refresher":                {[]string{timer, "Session-Expires: 1800"}, "1800;refresher=uac"},
		"the compact form":            {[]string{"k: timer", "x: 1800 ; refresher = uas"}, "1800;refresher=uas"},
		"parameters that are odd":     {[]string{timer, "Session-Expires: 1800;x=y;refresher=UAC"}, "1800;refresher=uac"},
		"Min-SE beside it":            {[]string{timer, "Session-Expires: 600;refresher=uac", "Min-SE: 300"}, "600;refresher=uac"},
		"a client without timer":      {[]string{"Session-Expires: 1800"}, "1800;refresher=uas"},
		"what cannot be read":         {[]string{timer, "Session-Expires: soon"}, ""},
		"nothing asked for, no timer": {nil, ""},
	} {
		play(t, "Session-Expires with "+name+": the 200 carries it (RFC 4028 §9)", func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := a.Call(p.addr, "agent")
			d.Request("INVITE", append(tt.lines, a.sdp())...)
			p.want("incoming")
			d.Want(180)
			if ok := d.Want(200); strings.ReplaceAll(ok.Get("Session-Expires"), " ", "") != tt.want {
				s.Errorf("want Session-Expires %q:\n%s", tt.want, ok)
			}
			d.Ack()
			p.want("answered")
			p.ended(d)
		})
	}
	for _, expires := range []string{"30", "89", "0", "1"} {
		play(t, "Session-Expires "+expires+": 422 with Min-SE (RFC 4028 §6)", func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := a.Call(p.addr, "agent")
			d.Request("INVITE", timer, "Session-Expires: "+expires, a.sdp())
			refused := a.WantAnswer()
			if refused.Status != 422 || refused.Get("Min-SE") != "90" {
				s.Errorf("got\n%s", refused)
			}
			d.AckRefusal(refused)
			p.wantNoEvent(100 * time.Millisecond)
			d.Request("INVITE", timer, "Session-Expires: 90", "Min-SE: 90", a.sdp())
			p.want("incoming")
			d.Want(180)
			d.Want(200)
			d.Ack()
			p.want("answered")
			p.ended(d)
		})
	}
	refreshed := func(name string, refresh func(s *stage, d *uatest.Dialog, a *peer) *uatest.Message) {
		play(t, "refresher=uac: refreshed by "+name+" after 40 s, no BYE before 40 s + 58 s (RFC 4028 §9, §10)", func(s *stage) {
			s.slow()
			p, a := s.phone("-auto"), s.peer()
			d := p.called(a, timer, "Session-Expires: 90;refresher=uac", a.sdp())
			a.WantSilence(40 * time.Second)
			ok := refresh(s, d, a)
			if !strings.HasPrefix(ok.Get("Session-Expires"), "90") || !strings.Contains(ok.Get("Session-Expires"), "uac") || !strings.Contains(ok.Get("Require"), "timer") {
				s.Errorf("the refresh is answered\n%s", ok)
			}
			a.WantSilence(30 * time.Second) // past the time at which the first interval would have ended
			p.ended(d)
		})
	}
	refreshed("UPDATE", func(s *stage, d *uatest.Dialog, a *peer) *uatest.Message {
		return changes(d, "UPDATE", timer, "Session-Expires: 90;refresher=uac")
	})
	refreshed("re-INVITE", func(s *stage, d *uatest.Dialog, a *peer) *uatest.Message {
		return changes(d, "INVITE", timer, "Session-Expires: 90;refresher=uac", a.sdp())
	})
	for _, allow := range []string{"INVITE, ACK, CANCEL, BYE, UPDATE", "INVITE, ACK, CANCEL, BYE"} {
		play(t, "refresher=uas with Allow: "+allow+": the phone refreshes at 45 s (RFC 4028 §10)", func(s *stage) {
			s.slow()
			p, a := s.phone("-auto"), s.peer()
			p.called(a, timer, "Allow: "+allow, "Session-Expires: 90;refresher=uas", a.sdp())
			begin := time.Now()
			m := a.Receive(60 * time.Second)
			if after := time.Since(begin); m == nil || m.Method != "UPDATE" && m.Method != "INVITE" || after < 40*time.Second || after > 50*time.Second {
				s.Fatalf("after %v came\n%v", after, m)
			}
			if m.Method == "UPDATE" && !strings.Contains(allow, "UPDATE") {
				s.Error("RFC 3311 §5.1: UPDATE for a peer that does not allow it")
			}
			if !strings.HasPrefix(m.Get("Session-Expires"), "90") || !strings.Contains(m.Get("Session-Expires"), "refresher=uac") || !strings.Contains(strings.Join(headers(m.Message, "Supported"), ","), "timer") {
				s.Errorf("RFC 4028 §7.4: the refresh is\n%s", m)
			}
			lines := []string{"Session-Expires: 90;refresher=uac", "Require: timer"}
			if m.Method == "INVITE" {
				lines = append(lines, a.sdp())
			}
			m.Reply(200, lines...)
			if m.Method == "INVITE" {
				a.WantRequest("ACK")
			}
			if e := p.next(time.Second); e.Event != "" && e.Event != "updated" { // by our own offer the peer may send more kinds of sound
				s.Errorf("told %s", e.line)
			}
			p.hangsUp(a)
		})
	}
	play(t, "refresher=uac and nobody refreshes: BYE between 55 and 92 s (RFC 4028 §10)", func(s *stage) {
		s.slow()
		p, a := s.phone("-auto"), s.peer()
		p.called(a, timer, "Session-Expires: 90;refresher=uac", a.sdp())
		begin := time.Now()
		m := a.Receive(95 * time.Second)
		if after := time.Since(begin); m == nil || m.Method != "BYE" || after < 55*time.Second || after > 65*time.Second {
			s.Fatalf("after %v came\n%v", after, m)
		}
		m.Reply(200)
		if e := p.want("ended"); e.By != "local" || e.Status != 408 {
			s.Errorf("told %s", e.line)
		}
	})
	play(t, "a re-INVITE that says nothing of the timer keeps it (RFC 4028 §7.4)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a, timer, "Session-Expires: 1800;refresher=uas", a.sdp())
		if ok := changes(d, "INVITE", timer, a.sdp()); ok.Get("Session-Expires") != "1800;refresher=uas" {
			s.Errorf("answered\n%s", ok)
		}
		p.ended(d)
	})
	play(t, "Require: timer without Session-Expires is understood", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		p.ended(p.called(a, timer, "Require: timer, replaces, norefersub", a.sdp()))
	})
}

func TestHangingUp(t *testing.T) {
	t.Parallel()
	for status, field := range map[int]string{407: "Proxy-Authenticate", 401: "WWW-Authenticate"} {
		play(t, fmt.Sprintf("our BYE is challenged with %d: again with credentials (RFC 3261 §22.3)", status), func(s *stage) {
			p, a := s.phone("-auto", "-password", "secret"), s.peer()
			p.called(a)
			p.says("hangup")
			bye := a.WantRequest("BYE")
			bye.Reply(status, field+`: Digest realm="r", nonce="n", qop="auth", algorithm=MD5`)
			again := a.WantRequest("BYE")
			first, _ := bye.CSeq()
			second, _ := again.CSeq()
			if second.Seq != first.Seq+1 || !strings.Contains(again.Get(strings.Replace(strings.Replace(field, "WWW-", "", 1), "enticate", "orization", 1)), `username="agent"`) {
				s.Errorf("RFC 3261 §22.2: again as\n%s", again)
			}
			again.Reply(200)
			p.wantEnded(0, "local")
			a.WantSilence(time.Second)
		})
	}
	play(t, "our BYE is challenged, and there is no password: the call is over all the same", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		p.called(a)
		p.says("hangup")
		a.WantRequest("BYE").Reply(407, `Proxy-Authenticate: Digest realm="r", nonce="n"`)
		p.wantEnded(0, "local")
		for m := a.Receive(time.Second); m != nil; m = a.Receive(time.Second) {
			m.Reply(407, `Proxy-Authenticate: Digest realm="r", nonce="n"`)
		}
	})
	for _, status := range []int{481, 408, 500, 603} {
		play(t, fmt.Sprintf("our BYE gets %d: the call is over", status), func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			p.called(a)
			p.says("hangup")
			a.WantRequest("BYE").Reply(status)
			p.wantEnded(0, "local")
			a.WantSilence(time.Second)
		})
	}
	play(t, "our BYE gets no answer: again at 0.5, 1.5, 3.5 and 7.5 s (RFC 3261 §17.1.2.2)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		p.called(a)
		p.says("hangup")
		a.WantBye()
		s.wantRepeats(0, "BYE", 0, 0.5, 1.5, 3.5, 7.5)
		p.wantEnded(0, "local")
	})
}
