package wire

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// ways opens a connection by each reliable transport.
func ways(t *testing.T, name string, act func(s *stage, p *phone, open func() *line), args ...string) {
	args = append([]string{"-transport", "udp,tcp,tls"}, args...)
	play(t, name+", by TCP", func(s *stage) { p := s.phone(args...); act(s, p, p.line) })
	play(t, name+", by TLS", func(s *stage) { p := s.phone(args...); act(s, p, p.secureLine) })
}

func TestStreams(t *testing.T) { // RFC 3261 §18.3
	t.Parallel()
	for _, size := range []int{1, 7, 37, 200} {
		ways(t, fmt.Sprintf("a message in pieces of %d octets", size), func(s *stage, p *phone, open func() *line) {
			l := open()
			text := l.options(1, strings.Repeat("body", 20))
			l.asked = append(l.asked, parsed(text))
			pieces := slices.Collect(slices.Chunk([]byte(text), size))
			paced(time.Millisecond, len(pieces), func(i int) { l.Conn.Write(pieces[i]) })
			l.wants(200)
		})
	}
	ways(t, "CRLFs and two messages in one segment (RFC 3261 §7.5)", func(s *stage, p *phone, open func() *line) {
		l := open()
		l.says("\r\n" + l.options(1) + "\r\n" + l.options(2))
		l.asked = append(l.asked, parsed(l.options(1)), parsed(l.options(2)))
		l.wants(200)
		l.wants(200)
		l.wantsOctets("")
	})
	ways(t, "a hundred messages in one segment: each is answered, in order", func(s *stage, p *phone, open func() *line) {
		l := open()
		text := ""
		for i := range 100 {
			text += l.options(i, strings.Repeat("x", i))
			l.asked = append(l.asked, parsed(l.options(i)))
		}
		io.WriteString(l.Conn, text)
		for i := range 100 {
			if m := l.wants(200); m.Get("CSeq") != fmt.Sprintf("%d OPTIONS", i+1) {
				s.Fatalf("want the answer to %d, got\n%s", i+1, m)
			}
		}
	})
	ways(t, "a double CRLF gets one CRLF, a single one nothing (RFC 5626 §4.4.1)", func(s *stage, p *phone, open func() *line) {
		l := open()
		l.says("\r\n\r\n")
		l.wantsOctets("\r\n")
		l = open()
		l.says("\r\n")
		l.wantsOctets("")
		l = open()
		l.says(l.options(1))
		l.wants(200)
		paced(50*time.Millisecond, 3, func(int) { l.says("\r\n\r\n") })
		l.wantsOctets("\r\n\r\n\r\n")
		l = open()
		paced(20*time.Millisecond, 4, func(i int) { l.says("\r\n\r\n"[i : i+1]) })
		l.wantsOctets("\r\n")
	})
	ways(t, "a header field line of 3 MB is cut off", func(s *stage, p *phone, open func() *line) {
		l := open()
		begin := time.Now()
		l.says("OPTIONS sip:agent@h.invalid SIP/2.0\r\nX-Long: ")
		for range 3 << 4 {
			l.says(strings.Repeat("x", 1<<16))
		}
		l.wantsEnd(10 * time.Second)
		if d := time.Since(begin); d > 12*time.Second {
			s.Errorf("only after %v", d)
		}
	})
	ways(t, "header fields without end are cut off", func(s *stage, p *phone, open func() *line) {
		l := open()
		l.says("OPTIONS sip:agent@h.invalid SIP/2.0\r\n")
		for range 3 << 4 {
			l.says(strings.Repeat("X: y\r\n", 1<<13))
		}
		l.wantsEnd(10 * time.Second)
	})
	for name, length := range map[string]string{
		"negative":                          "-999",
		"of more than anybody can send":     "4294967295",
		"of more than that":                 "99999999999999999999999",
		"of a gigabyte":                     "1073741824",
		"in words":                          "many",
		"in hexadecimal":                    "0x10",
		"with a plus":                       "+5",
		"of nothing":                        "",
		"that is two":                       "0\r\nContent-Length: 5",
		"that is two, one in compact form":  "0\r\nl: 5",
		"with something behind the number ": "5 octets",
	} {
		ways(t, "a Content-Length "+name+": 400 or nothing, then the end of the connection", func(s *stage, p *phone, open func() *line) {
			l := open()
			l.says(strings.Replace(l.options(1), "Content-Length: 0", "Content-Length: "+length, 1))
			if status := l.wantsEnd(10 * time.Second); status != 0 && status/100 != 4 && status != 513 {
				s.Errorf("it gets %d", status)
			}
			next := open()
			next.says(next.options(2))
			next.wants(200)
		})
	}
	ways(t, "no Content-Length: no body (RFC 3261 §20.14)", func(s *stage, p *phone, open func() *line) {
		l := open()
		l.says(strings.Replace(l.options(1), "Content-Length: 0\r\n", "", 1))
		if m := l.hears(s.patience); m == nil || m.Status != 200 && m.Status != 400 {
			s.Errorf("it gets\n%v", m)
		}
	})
	ways(t, "line ends of LF alone and a body that looks like a request", func(s *stage, p *phone, open func() *line) {
		l := open()
		inner := l.options(7)
		text := strings.Replace(l.options(1, inner), inner, "", 1)
		l.asked = append(l.asked, parsed(l.options(1)))
		io.WriteString(l.Conn, strings.ReplaceAll(text, "\r\n", "\n")+inner+l.options(2))
		l.wants(200)
		if m := l.wants(200); m.Get("CSeq") != "3 OPTIONS" {
			s.Errorf("what is in a body is answered:\n%s", m)
		}
	})
	ways(t, "what is no SIP at all does no harm", func(s *stage, p *phone, open func() *line) {
		for _, noise := range []string{
			"GET / HTTP/1.1\r\nHost: h.invalid\r\n\r\n", "\x00\x01\x02\x03\x04", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "SSH-2.0-OpenSSH_9.2\r\n",
			strings.Repeat("\xff", 100000), strings.Repeat("\r\n", 50000), strings.Repeat("a b c\r\n\r\n", 50), "INVITE", "SIP/2.0 200 OK\r\n\r\n", "\r", " \r\n\r\n",
		} {
			l := open()
			io.WriteString(l.Conn, noise)
			l.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
			got, _ := io.ReadAll(l.Conn)
			if strings.Contains(string(got), "SIP/2.0 2") {
				s.Errorf("%.20q gets %q", noise, got)
			}
			l.Close()
		}
		l := open()
		l.says(l.options(2))
		l.wants(200)
	})
	ways(t, "half a message, and then nothing: others are served", func(s *stage, p *phone, open func() *line) {
		for range 20 {
			l := open()
			l.says(l.options(1)[:100])
		}
		l := open()
		l.says(l.options(2))
		l.wants(200)
	})
	ways(t, "the peer closes its side behind a request: it is answered all the same", func(s *stage, p *phone, open func() *line) {
		l := open()
		l.says(l.options(1))
		l.Conn.(interface{ CloseWrite() error }).CloseWrite()
		l.wants(200)
	})
	ways(t, "connections that break off in the midst of everything", func(s *stage, p *phone, open func() *line) {
		for i := range 30 {
			l := open()
			l.says(l.options(1)[:i*7])
			if c, ok := l.Conn.(*net.TCPConn); ok {
				c.SetLinger(0)
			}
			l.Close()
		}
	})
	play(t, "200 idle connections: UDP and new ones are served, and a call goes on (TCP)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		first := p.connect()
		d := p.called(first)
		for range 200 {
			p.line()
		}
		u := a.Call(p.addr, "agent")
		u.Request("OPTIONS")
		u.Want(200)
		l := p.line()
		l.says(l.options(1))
		l.wants(200)
		p.ended(d)
	})
	play(t, "1000 connections that have said nothing, or half a word: the same", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		first := p.connect()
		d := p.called(first)
		for i := range 1000 {
			if l := p.line(); i%2 == 0 {
				l.says("OPT")
			}
		}
		u := a.Call(p.addr, "agent")
		u.Request("OPTIONS")
		u.Want(200)
		l := p.line()
		l.says(l.options(1))
		l.wants(200)
		p.ended(d)
	})
	play(t, "200 idle TLS handshakes: UDP, TCP and TLS are served", func(s *stage) {
		p, a := s.phone("-transport", "udp,tcp,tls"), s.peer()
		for range 200 {
			p.line().says("\x16\x03\x01\x02\x00")
		}
		u := a.Call(p.addr, "agent")
		u.Request("OPTIONS")
		u.Want(200)
		for _, open := range []func() *line{p.line, p.secureLine} {
			l := open()
			l.says(l.options(1))
			l.wants(200)
		}
	})
	play(t, "the connection of a call breaks: the call goes on by another (RFC 3261 §18)", func(s *stage) {
		p := s.phone("-auto")
		a := p.connect()
		d := p.called(a)
		a.Close()
		b := p.connect()
		m := d.Build("BYE")
		m.Set("Via", fmt.Sprintf("SIP/2.0/TCP %s;branch=z9hG4bKanother;rport", b.Addr))
		b.SendMessage(p.addr, m)
		b.WantResponse(200)
		p.wantEnded(0, "remote")
	})
}
