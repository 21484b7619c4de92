package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua/uatest"
)

// told reads the NOTIFYs of a transfer until the last one, answers them, and gives their status lines.
func (p *peer) told(s *stage) (lines []string) {
	s.Helper()
	var last uint32
	for {
		m := p.WantRequest("NOTIFY")
		m.Reply(200)
		cseq, _ := m.CSeq()
		state := m.Get("Subscription-State")
		event := m.Get("Event")
		switch {
		case cseq.Seq <= last:
			s.Errorf("RFC 3261 §12.2.1.1: the CSeq does not grow:\n%s", m)
		case !strings.HasPrefix(event, "refer"):
			s.Errorf("RFC 3515 §2.4.4: the event is %q", event)
		case !strings.HasPrefix(m.Get("Content-Type"), "message/sipfrag"):
			s.Errorf("RFC 3515 §2.4.5: the body is %q", m.Get("Content-Type"))
		case !m.Has("Contact"):
			s.Errorf("RFC 6665 §8.2.1: no Contact:\n%s", m)
		case !strings.HasPrefix(state, "active") && !strings.HasPrefix(state, "terminated"):
			s.Errorf("RFC 6665 §4.1.3: the state is %q", state)
		}
		last = cseq.Seq
		line, _, _ := strings.Cut(string(m.Body), "\r\n")
		if !strings.HasPrefix(line, "SIP/2.0 ") {
			s.Errorf("RFC 3515 §2.4.5: the body is %q", m.Body)
		}
		lines = append(lines, strings.TrimPrefix(line, "SIP/2.0 "))
		if strings.HasPrefix(state, "terminated") {
			return lines
		}
	}
}

func TestReferred(t *testing.T) { // RFC 3515, RFC 5589
	t.Parallel()
	// begin has a peer in a call with the phone ask it to call another.
	begin := func(s *stage, p *phone, d *uatest.Dialog, to *peer, lines ...string) {
		d.Request("REFER", append([]string{"Refer-To: <" + to.uri("target") + ">", "Referred-By: <sip:11@h.invalid>", "Contact: <sip:11@" + d.Peer.Addr.String() + ">"}, lines...)...)
		if ok := d.Want(202); !ok.Has("Contact") {
			s.Errorf("RFC 3515 §2.2: no Contact in\n%s", ok)
		}
		p.want("referred")
		p.want("calling")
	}
	for _, who := range []string{"the caller", "the called side"} {
		play(t, "REFER of "+who+": 202, NOTIFY .. 200, BYE, with hold before and after it", func(s *stage) {
			p, a, b := s.phone("-auto"), s.peer(), s.peer()
			var d *uatest.Dialog
			if who == "the caller" {
				d = p.called(a)
			} else {
				p.dial(a.uri("bob"))
				invite := a.WantRequest("INVITE")
				invite.Reply(200, a.sdp())
				a.WantRequest("ACK")
				p.want("answered")
				d = invite.Within()
			}
			changes(d, "INVITE", a.sdp("m=audio PORT RTP/AVP 8", "a=sendonly"))
			p.want("held")
			begin(s, p, d, b)
			invite := b.WantRequest("INVITE")
			if !strings.Contains(invite.Get("Referred-By"), "11@h.invalid") {
				s.Errorf("RFC 3892 §2.1: no Referred-By in\n%s", invite)
			}
			first := a.WantRequest("NOTIFY")
			if !strings.HasPrefix(string(first.Body), "SIP/2.0 100") || !strings.HasPrefix(first.Get("Subscription-State"), "active") {
				s.Errorf("the first is\n%s", first)
			}
			first.Reply(200)
			invite.Reply(180)
			ringing := a.WantRequest("NOTIFY")
			ringing.Reply(200)
			p.want("ringing")
			d.Request("INVITE", a.sdp("m=audio PORT RTP/AVP 8", "a=inactive")) // hold once more in the midst of it
			d.Want(200)
			d.Ack()
			for e := p.next(100 * time.Millisecond); e.Event != ""; e = p.next(100 * time.Millisecond) {
			}
			invite.Reply(200, b.sdp())
			b.WantRequest("ACK")
			p.want("answered")
			if lines := a.told(s); len(lines) == 0 || !strings.HasPrefix(lines[len(lines)-1], "200") {
				s.Errorf("told %q", lines)
			}
			d.Request("BYE")
			d.Want(200)
			p.want("ended")
			b.wantRTP(true)
			invite.Within().Request("BYE")
			b.WantResponse(200)
			p.want("ended")
		})
	}
	for status, reply := range map[int][]string{486: nil, 603: nil, 404: nil, 503: {"Retry-After: 0"}, 480: nil} {
		play(t, fmt.Sprintf("REFER to a target that says %d: so says the last NOTIFY, and the call goes on (RFC 3515 §2.4.5)", status), func(s *stage) {
			p, a, b := s.phone("-auto"), s.peer(), s.peer()
			d := p.called(a)
			begin(s, p, d, b)
			b.WantRequest("INVITE").Reply(status, reply...)
			b.WantRequest("ACK")
			if lines := a.told(s); !strings.HasPrefix(lines[len(lines)-1], fmt.Sprint(status)) {
				s.Errorf("told %q", lines)
			}
			p.want("ended")
			d.Request("OPTIONS")
			d.Want(200)
			a.wantRTP(true)
			p.ended(d)
		})
	}
	play(t, "Refer-Sub: false: 202 with the same, and no NOTIFY (RFC 4488)", func(s *stage) {
		p, a, b := s.phone("-auto"), s.peer(), s.peer()
		d := p.called(a)
		d.Request("REFER", "Refer-To: <"+b.uri("target")+">", "Refer-Sub: false", "Supported: norefersub", "Require: norefersub")
		ok := a.WantAnswer()
		if ok.Status/100 != 2 || !strings.HasPrefix(ok.Get("Refer-Sub"), "false") {
			s.Errorf("got\n%s", ok)
		}
		invite := b.WantRequest("INVITE")
		invite.Reply(486)
		b.WantRequest("ACK")
		a.WantSilence(time.Second)
		for _, name := range []string{"referred", "calling", "ended"} {
			p.want(name)
		}
		p.ended(d)
	})
	for name, tt := range map[string]struct {
		lines []string
		owed  string
	}{
		"no Refer-To (RFC 3515 §2.4.2)":   {nil, "400"},
		"two Refer-To (§2.4.2)":           {[]string{"Refer-To: <sip:a@h.invalid>, <sip:b@h.invalid>"}, "400"},
		"a Refer-To that cannot be read":  {[]string{"Refer-To: <sip:a@@h"}, "400"},
		"a scheme that nobody calls":      {[]string{"Refer-To: <mailto:a@h.invalid>"}, "416|400|603"},
		"another method than INVITE":      {[]string{"Refer-To: <sip:a@h.invalid;method=BYE>"}, "603|403|501|400"},
		"a Replaces that cannot be read":  {[]string{"Refer-To: <sip:a@h.invalid?Replaces=x>"}, "400"},
		"an extension that nobody knows":  {[]string{"Refer-To: <sip:a@h.invalid>", "Require: foo"}, "420"},
		"a compact Refer-To without name": {[]string{"r: "}, "400"},
	} {
		play(t, "REFER with "+name+": "+tt.owed+", and the call goes on", func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := p.called(a)
			d.Request("REFER", tt.lines...)
			if m := a.WantAnswer(); !strings.Contains(tt.owed, fmt.Sprint(m.Status)) {
				s.Errorf("got\n%s", m)
			}
			p.wantNoEvent(100 * time.Millisecond)
			p.ended(d)
		})
	}
	play(t, "REFER with Replaces: the new INVITE carries it, and the method and other header fields of Refer-To do no harm (RFC 5589 §7)", func(s *stage) {
		p, a, b := s.phone("-auto"), s.peer(), s.peer()
		d := p.called(a)
		d.Request("REFER", "r: <"+b.uri("target")+";method=INVITE?Replaces=call%40h.invalid%3Bto-tag%3Da%3Bfrom-tag%3Db&Subject=x&Via=evil&CSeq=77%20BYE&Content-Length=99>")
		d.Want(202)
		p.want("referred")
		p.want("calling")
		invite := b.WantRequest("INVITE")
		if invite.Get("Replaces") != "call@h.invalid;to-tag=a;from-tag=b" || strings.Contains(invite.String(), "evil") || strings.Contains(invite.RequestURI, "method") || strings.Contains(invite.RequestURI, "?") {
			s.Errorf("called with\n%s", invite)
		}
		invite.Reply(481)
		b.WantRequest("ACK")
		a.told(s)
		p.want("ended")
		p.ended(d)
	})
	play(t, "BYE right behind the 202: the NOTIFYs go on until the new call is up (RFC 5589 §6)", func(s *stage) {
		p, a, b := s.phone("-auto"), s.peer(), s.peer()
		d := p.called(a)
		begin(s, p, d, b)
		invite := b.WantRequest("INVITE")
		d.Request("BYE")
		a.wantStatus(200)
		p.want("ended")
		a.Forget()
		invite.Reply(200, b.sdp())
		b.WantRequest("ACK")
		p.want("answered")
		if lines := a.told(s); !strings.HasPrefix(lines[len(lines)-1], "200") {
			s.Errorf("told %q", lines)
		}
		invite.Within().Request("BYE")
		b.WantResponse(200)
		p.want("ended")
	})
	play(t, "a second REFER while the first is under way: refused for now, or told apart by its id (RFC 3515 §2.4.6)", func(s *stage) {
		p, a, b := s.phone("-auto"), s.peer(), s.peer()
		d := p.called(a)
		begin(s, p, d, b)
		invite := b.WantRequest("INVITE")
		a.WantRequest("NOTIFY").Reply(200)
		d.Request("REFER", "Refer-To: <"+b.uri("other")+">")
		if m := a.WantAnswer(); m.Status != 500 && m.Status != 491 && m.Status != 603 {
			s.Errorf("got\n%s", m)
		}
		invite.Reply(486)
		b.WantRequest("ACK")
		a.told(s)
		p.want("ended")
		begin(s, p, d, b)
		m := a.WantRequest("NOTIFY")
		if !strings.Contains(m.Get("Event"), fmt.Sprintf("id=%d", d.Seq)) {
			s.Errorf("RFC 3515 §2.4.6: the second has no id:\n%s", m)
		}
		m.Reply(200)
		b.WantRequest("INVITE").Reply(486)
		b.WantRequest("ACK")
		a.told(s)
		p.want("ended")
		p.ended(d)
	})
}

func TestTransferring(t *testing.T) { // RFC 5589, as the one who sends calls elsewhere
	t.Parallel()
	notify := func(d *uatest.Dialog, state, line string) {
		d.Request("NOTIFY", "Event: refer", "Subscription-State: "+state, "Content-Type: message/sipfrag;version=2.0", "Contact: <sip:11@"+d.Peer.Addr.String()+">", "body: SIP/2.0 "+line+"\r\n")
		d.Want(200)
	}
	play(t, "transfer: REFER, NOTIFYs, and BYE when the target has answered", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		p.says("transfer sip:target@h.invalid")
		refer := a.WantRequest("REFER")
		if refer.Get("Refer-To") != "<sip:target@h.invalid>" || !refer.Has("Contact") {
			s.Errorf("sent\n%s", refer)
		}
		refer.Reply(202, "Contact: <sip:11@"+a.Addr.String()+">")
		notify(d, "active;expires=60", "100 Trying")
		p.want("transferred")
		notify(d, "active;expires=60", "180 Ringing")
		p.want("transferred")
		notify(d, "terminated;reason=noresource", "200 OK")
		if e := p.want("transferred"); e.Status != 200 || !e.Final {
			s.Errorf("told %s", e.line)
		}
		a.WantRequest("BYE").Reply(200)
		p.want("ended")
	})
	for name, state := range map[string]string{"486 Busy Here": "terminated;reason=noresource", "603 Declined": "terminated", "404 Not Found": "terminated;reason=giveup"} {
		play(t, "transfer to a target that says "+name+": told, and the call goes on", func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := p.called(a)
			p.says("transfer sip:target@h.invalid")
			a.WantRequest("REFER").Reply(202)
			notify(d, state, name)
			if e := p.want("transferred"); !e.Final || !strings.HasPrefix(name, fmt.Sprint(e.Status)) {
				s.Errorf("told %s", e.line)
			}
			a.WantSilence(500 * time.Millisecond)
			p.ended(d)
		})
	}
	play(t, "transfer that is refused: told, and the call goes on", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		p.says("transfer sip:target@h.invalid")
		a.WantRequest("REFER").Reply(603)
		if e := p.want("transferred"); !e.Final || e.Status != 603 {
			s.Errorf("told %s", e.line)
		}
		p.ended(d)
	})
	play(t, "NOTIFYs that belong to nothing: 481, or 489 for an event that nobody knows (RFC 6665 §4.1.3)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		for event, owed := range map[string]string{"refer": "481", "refer;id=7": "481", "presence": "481|489", "": "489|400"} {
			d.Request("NOTIFY", "Event: "+event, "Subscription-State: active", "Content-Type: message/sipfrag", "body: SIP/2.0 200 OK\r\n")
			if m := a.WantAnswer(); !strings.Contains(owed, fmt.Sprint(m.Status)) {
				s.Errorf("Event %q gets\n%s", event, m)
			}
		}
		p.wantNoEvent(100 * time.Millisecond)
		p.ended(d)
	})
	play(t, "attended: the two others are joined, and both of our calls end (RFC 5589 §7)", func(s *stage) {
		p, a, b := s.phone("-auto"), s.peer(), s.peer()
		d := p.called(a)
		p.dial(b.uri("bob"))
		invite := b.WantRequest("INVITE")
		invite.Reply(200, b.sdp())
		b.WantRequest("ACK")
		p.want("answered")
		p.says("attended out-1 in-1")
		var refer *uatest.Message
		for refer == nil { // the call may be held first
			m := a.Receive(a.patience)
			switch {
			case m == nil:
				s.Fatal("no REFER came")
			case m.Method == "INVITE":
				m.Reply(200, strings.Replace(a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"), "peer 1 1", "peer 1 2", 1))
			case m.Method == "REFER":
				refer = m
			}
		}
		from, _ := invite.From()
		if to := refer.Get("Refer-To"); !strings.Contains(to, "Replaces=") || !strings.Contains(to, from.Tag()) || !strings.Contains(to, b.Addr.String()) {
			s.Errorf("RFC 5589 §7: sent\n%s", refer)
		}
		refer.Reply(202)
		notify(d, "terminated;reason=noresource", "200 OK")
		a.WantBye().Reply(200)
		invite.Within().Request("BYE") // the target ends the call that was replaced (RFC 3891 §3)
		b.wantStatus(200)
		for range 3 {
			if e := p.next(p.patience); e.Event != "ended" && e.Event != "transferred" {
				s.Errorf("told %s", e.line)
			}
		}
	})
}

func TestReplacing(t *testing.T) { // RFC 3891
	t.Parallel()
	// tags are those of the dialog as Replaces names them: our tag is its to-tag.
	replaces := func(d *uatest.Dialog, more string) string {
		tag := func(s string) string { return s[strings.Index(s, ";tag=")+5:] }
		return fmt.Sprintf("Replaces: %s;to-tag=%s;from-tag=%s%s", d.CallID, tag(d.Remote), tag(d.Local), more)
	}
	play(t, "INVITE with Replaces: answered at once, and the old call ends by BYE", func(s *stage) {
		p, a, b := s.phone(), s.peer(), s.peer()
		d := p.rings(a)
		p.says("answer")
		d.Want(200)
		d.Ack()
		p.want("answered")
		next := b.Call(p.addr, "agent")
		next.Request("INVITE", "Require: replaces", replaces(d, ""), b.sdp())
		p.want("incoming")
		next.Want(200)
		a.WantRequest("BYE").Reply(200)
		next.Ack()
		for range 2 {
			if e := p.next(p.patience); e.Event != "ended" && e.Event != "answered" {
				s.Errorf("told %s", e.line)
			}
		}
		b.wantRTP(true)
		p.ended(next)
	})
	for name, tt := range map[string]struct {
		bend func(d *uatest.Dialog) string
		owed string
	}{
		"another Call-ID": {func(d *uatest.Dialog) string { return strings.Replace(replaces(d, ""), ": ", ": x", 1) }, "481"},
		"another to-tag":  {func(d *uatest.Dialog) string { return strings.Replace(replaces(d, ""), "to-tag=", "to-tag=x", 1) }, "481"},
		"tags the wrong way round": {func(d *uatest.Dialog) string {
			return strings.NewReplacer("to-tag", "from-tag", "from-tag", "to-tag").Replace(replaces(d, ""))
		}, "481"},
		"early-only for one that is up": {func(d *uatest.Dialog) string { return replaces(d, ";early-only") }, "486"},
		"two from-tags":                 {func(d *uatest.Dialog) string { return replaces(d, ";from-tag=x") }, "400"},
		"Replaces twice": {func(d *uatest.Dialog) string {
			return replaces(d, "") + ", " + strings.TrimPrefix(replaces(d, ""), "Replaces: ")
		}, "400"},
	} {
		play(t, "INVITE with "+name+": "+tt.owed+", and the call goes on (RFC 3891 §3)", func(s *stage) {
			p, a, b := s.phone("-auto"), s.peer(), s.peer()
			d := p.called(a)
			next := b.Call(p.addr, "agent")
			next.Request("INVITE", tt.bend(d), b.sdp())
			refused := b.WantAnswer()
			if fmt.Sprint(refused.Status) != tt.owed {
				s.Errorf("got\n%s", refused)
			}
			next.AckRefusal(refused)
			p.wantNoEvent(100 * time.Millisecond)
			p.ended(d)
		})
	}
	play(t, "Replaces for a call that has just ended: 603 (RFC 3891 §3)", func(s *stage) {
		p, a, b := s.phone("-auto"), s.peer(), s.peer()
		d := p.called(a)
		text := replaces(d, "")
		p.ended(d)
		next := b.Call(p.addr, "agent")
		next.Request("INVITE", text, b.sdp())
		next.AckRefusal(next.Want(603))
	})
	play(t, "Replaces for a call that rings here: 481 (RFC 3891 §3)", func(s *stage) {
		p, a, b := s.phone(), s.peer(), s.peer()
		d := p.rings(a)
		next := b.Call(p.addr, "agent")
		next.Request("INVITE", replaces(d, ""), b.sdp())
		next.AckRefusal(next.Want(481))
		d.Cancel()
		d.Want(200)
		d.AckRefusal(d.Want(487))
		p.wantEnded(487, "remote")
	})
}
