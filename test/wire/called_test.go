package wire

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// called has a peer call a phone that answers by itself.
func (p *phone) called(a *peer, lines ...string) *uatest.Dialog {
	p.Helper()
	if len(lines) == 0 {
		lines = []string{a.sdp()}
	}
	d := a.Call(p.addr, "agent")
	d.Request("INVITE", lines...)
	p.want("incoming")
	d.Want(180)
	d.Want(200)
	d.Ack()
	p.want("answered")
	return d
}

// ended has the peer hang up.
func (p *phone) ended(d *uatest.Dialog) {
	p.Helper()
	d.Request("BYE")
	d.Want(200)
	p.wantEnded(0, "remote")
}

// hangsUp has the phone hang up.
func (p *phone) hangsUp(a *peer) {
	p.Helper()
	p.says("hangup")
	a.WantRequest("BYE").Reply(200)
	p.wantEnded(0, "local")
}

// everyWay plays a test once for each way in which a peer can talk to a phone.
func everyWay(t *testing.T, name string, act func(s *stage, p *phone, a *peer), args ...string) {
	args = append([]string{"-auto", "-transport", "udp,tcp,tls"}, args...)
	play(t, name+" over UDP", func(s *stage) { act(s, s.phone(args...), s.peer()) })
	play(t, name+" over TCP", func(s *stage) { p := s.phone(args...); act(s, p, p.connect()) })
	play(t, name+" over TLS", func(s *stage) { p := s.phone(args...); act(s, p, p.connectTLS()) })
	play(t, name+" over UDP and IPv6", func(s *stage) {
		act(s, s.phoneAt(netip.AddrPortFrom(netip.IPv6Loopback(), 0), args...), s.peerAt(netip.IPv6Loopback()))
	})
}

func TestBeingCalled(t *testing.T) {
	t.Parallel()
	everyWay(t, "INVITE, 200, ACK, BYE (RFC 3261 §13, §15)", func(s *stage, p *phone, a *peer) {
		d := p.called(a)
		a.WantSilence(time.Second)
		p.ended(d)
		a.WantSilence(time.Second)
	})
	everyWay(t, "INVITE, 200, ACK, the phone hangs up", func(s *stage, p *phone, a *peer) {
		p.called(a)
		p.hangsUp(a)
		a.WantSilence(time.Second)
	})
	everyWay(t, "a Contact without a transport, at the end of the connection if there is one", func(s *stage, p *phone, a *peer) {
		p.called(a, "Contact: <sip:11@"+a.Addr.String()+">", a.sdp())
		p.hangsUp(a)
	})
	play(t, "a peer of RFC 2543: no branch, no From tag, INVITE twice, and BYE", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Local, _, _ = strings.Cut(d.Local, ";tag=")
		bare := func(method string, lines ...string) {
			m := d.Build(method, lines...)
			m.Set("Via", "SIP/2.0/UDP "+a.Addr.String())
			a.SendMessage(p.addr, m)
			if method == "INVITE" {
				a.SendMessage(p.addr, m)
			}
		}
		bare("INVITE", a.sdp())
		p.want("incoming")
		d.Remote = a.wantStatus(200).Get("To")
		bare("ACK")
		p.want("answered")
		p.wantNoEvent(200 * time.Millisecond)
		bare("BYE")
		for m := a.wantStatus(200); !strings.HasSuffix(m.Get("CSeq"), "BYE"); m = a.wantStatus(200) {
		}
		p.wantEnded(0, "remote")
	})
	everyWay(t, "a second INVITE while a call is up: rung or refused, the first is unharmed (RFC 3261 §21.4.24)", func(s *stage, p *phone, a *peer) {
		d := p.called(a)
		second := a.Call(p.addr, "agent")
		second.Request("INVITE", a.sdp())
		second.Want(486)
		d.Request("OPTIONS")
		d.Want(200)
		p.ended(d)
	}, "-max-calls", "1")
	everyWay(t, "a call in which both sides have changed everything once", func(s *stage, p *phone, a *peer) {
		d := p.called(a)
		d.Request("INVITE", a.sdp("m=audio PORT RTP/AVP 0", "a=sendonly"))
		d.Want(200)
		d.Ack()
		p.want("held")
		d.Request("UPDATE", a.sdp("m=audio PORT RTP/AVP 8"))
		d.Want(200)
		p.want("resumed")
		p.says("hold")
		invite := a.WantRequest("INVITE")
		invite.Reply(200, strings.Replace(a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"), "peer 1 1", "peer 1 2", 1))
		a.WantRequest("ACK")
		p.want("held")
		p.hangsUp(a)
	})
	for name, from := range map[string]string{
		"a tel URI (RFC 3966)":                  "<tel:+49-30-123456;phone-context=x.invalid>;tag=x1",
		"an anonymous caller (RFC 3323)":        `"Anonymous" <sip:anonymous@anonymous.invalid>;tag=x2`,
		"an odd display name (RFC 3261 §20.20)": `"a \"b\" <sip:c@d>, ;tag=no \\" <sip:11,;?@h.invalid;x=y>;x="\", ";tag=x3`,
		"letters of the world":                  "\"Jürgen 門 \U0001F6AA\" <sip:j%C3%BCrgen@h.invalid>;tag=x4",
		"no brackets (RFC 3261 §20.20)":         "sip:11@h.invalid;tag=x5;user=phone",
		"several words without quotes":          "Front  Door's  *phone* <sip:11@h.invalid>;tag=x6",
		"an empty display name":                 `"" <sip:11@h.invalid>;tag=x7`,
		"format strings":                        `"%s%n%x${HOME}$(reboot)` + "`id`" + `" <sip:%25n%00@h.invalid>;tag=x8`,
		"no tag, as of RFC 2543":                "<sip:11@h.invalid>",
		"a scheme that nobody knows":            "<isbn:2983792873>;tag=x9",
		"white space wherever it is legal":      "\"x\"\t<sip:11@h.invalid> ;\ttag = x10 ; a = b",
	} {
		play(t, "a call of "+name, func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := a.Call(p.addr, "agent")
			d.Local = from
			d.Request("INVITE", a.sdp())
			p.want("incoming")
			d.Want(180)
			d.Want(200)
			d.Ack()
			p.want("answered")
			p.hangsUp(a)
		})
	}
	for name, to := range map[string]string{
		"a user that is not there":     "nobody",
		"nobody at all":                "",
		"an escaped user":              "sips%3Auser%40example.com",
		"a user with parameters":       "user;par=u%40h.invalid",
		"a user with a password":       "agent:secret",
		"a user of odd but legal text": "!interesting*'()&=+$,;?/",
	} {
		play(t, "a call to "+name+" is taken (RFC 3261 §8.2.2.1)", func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := a.Call(p.addr, to)
			d.Target = strings.Replace(d.Target, "sip:@", "sip:", 1)
			d.Remote = strings.Replace(d.Remote, "sip:@", "sip:", 1)
			d.Request("INVITE", a.sdp())
			p.want("incoming")
			d.Want(180)
			d.Want(200)
			d.Ack()
			p.want("answered")
			p.ended(d)
		})
	}
	play(t, "the compact forms, folding and odd white space (RFC 3261 §7.3, RFC 4475 §3.1.1.1)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		body := strings.TrimPrefix(a.sdp(), "body: ")
		text := "INVITE sip:agent@" + p.addr.String() + ";x-odd SIP/2.0\nTO :\n sip:agent@" + p.addr.String() + "  ;   x=y\nf \t:\n  \"a \\\\\\\" b\"  <sip:11@" + a.Addr.String() +
			">;\n  tag\t=\t98asjd8  \nMaX-fOrWaRdS: 0068\nI:\t\twsinv.ndaksdj@" + a.Addr.String() + "\ncSeQ: 0009\n  INVITE\nV  : SIP  /   2.0\n /UDP\n    " + a.Addr.String() +
			";branch\t=\n z9hG4bKwsinv ; rport , SIP/2.0/ TCP spindle.invalid ;branch = z9hG4bK9ikj8\ns :\nNewFangledHeader:   newfangled value\n continued newfangled value\n" +
			"UnknownHeaderWithUnusualValue: ;;,,;;,;\nc: application/sdp\nRoute:\n <sip:services.invalid;lr;unknownwith=value;unknown-no-value>\nv:  SIP  / 2.0  / TCP     192.0.2.2   ;\n  branch  =   z9hG4bK30239\n" +
			"k: timer,,\n 100rel\nm:\"Quoted string \\\"\\\"\" <sip:jdrosen@" + a.Addr.String() + "> ; newparam =\n      newvalue ;\n  secondparam ; q = 0.33\nl:  " + fmt.Sprint(len(body)) + "\n\n"
		a.SendBytes(p.addr, []byte(strings.ReplaceAll(text, "\n", "\r\n")+body))
		if e := p.want("incoming"); e.Name != `a \" b` {
			s.Errorf("told of %s", e.line)
		}
		a.WantResponse(180)
		ok := a.WantResponse(200)
		ack := strings.NewReplacer("INVITE sip", "ACK sip", "INVITE\n", "ACK\n", "wsinv ;", "wsack ;", "  ;   x=y", ";x=y"+strings.TrimPrefix(ok.Get("To")[strings.Index(ok.Get("To"), ";tag="):], " "), "l:  "+fmt.Sprint(len(body)), "l: 0").Replace(text)
		a.SendBytes(p.addr, []byte(strings.ReplaceAll(ack, "\n", "\r\n")))
		p.want("answered")
		p.hangsUp(a)
	})
	play(t, "an INVITE of 5 kB with many header fields (RFC 3261 §18)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		lines := []string{a.sdp()}
		for i := range 60 {
			lines = append(lines, fmt.Sprintf("X-Field-%d: %s", i, strings.Repeat("y", 80)))
		}
		p.ended(p.called(a, lines...))
	})
	play(t, "a proxy that records routes: the BYE follows them (RFC 3261 §12.1.1)", func(s *stage) {
		p, proxy, a := s.phone("-auto"), s.peer(), s.peer()
		d := proxy.Call(p.addr, "agent")
		first, second := fmt.Sprintf("<sip:%s;lr;x=1>", proxy.Addr), "<sip:far.invalid;lr;y=a%2Cb>"
		invite := d.Build("INVITE", "Contact: <sip:caller@"+a.Addr.String()+">", "Record-Route: "+first, "Record-Route: "+second, a.sdp())
		proxy.SendMessage(p.addr, invite)
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		d.Ack()
		p.want("answered")
		p.says("hangup")
		bye := proxy.WantRequest("BYE")
		if got := strings.Join(headers(bye.Message, "Route"), ", "); got != first+", "+second || bye.RequestURI != "sip:caller@"+a.Addr.String() {
			s.Errorf("the BYE goes to %q by %q", bye.RequestURI, got)
		}
		bye.Reply(200)
		p.wantEnded(0, "local")
	})
	play(t, "a strict router among the routes: it becomes the Request-URI (RFC 3261 §12.2.1.1)", func(s *stage) {
		p, proxy := s.phone("-auto"), s.peer()
		d := proxy.Call(p.addr, "agent")
		d.Request("INVITE", fmt.Sprintf("Record-Route: <sip:%s>", proxy.Addr), "Contact: <sip:caller@far.invalid>", proxy.sdp())
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		d.Ack()
		p.want("answered")
		p.says("hangup")
		bye := proxy.WantRequest("BYE")
		if bye.RequestURI != "sip:"+proxy.Addr.String() || bye.Get("Route") != "<sip:caller@far.invalid>" {
			s.Errorf("the BYE is\n%s", bye)
		}
		bye.Reply(200)
		p.wantEnded(0, "local")
	})
	play(t, "an INVITE through a proxy with a Contact that leads nowhere: the call can be hung up all the same", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		p.called(a, "Contact: <sip:caller@far.invalid>", a.sdp())
		p.hangsUp(a)
	})
}

// headers are the values of all header fields of that name.
func headers(m *sip.Message, name string) (all []string) {
	for v := range m.Values(name) {
		all = append(all, v)
	}
	return all
}
