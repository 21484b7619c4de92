package wire

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/ua/sip"
)

// torturer is a message of RFC 4475 or RFC 5118 and what a user agent server owes it.
type torturer struct {
	name string
	text []byte
	owed string // "400|2xx|drop"
}

// sharper are statuses that this telephone owes where the tables leave a choice.
var sharper = map[string]string{
	"wsinv.dat": "481", "intmeth.dat": "501", "esc02.dat": "501", "escnull.dat": "405", "dblreq.dat": "405", "longreq.dat": "180", "esc01.dat": "180|488",
	"lwsdisp.dat": "200", "semiuri.dat": "200", "transports.dat": "200", "zeromf.dat": "200", "mpart01.dat": "415|200", "sdp01.dat": "406", "mismatch02.dat": "400|501",
	"regaut01.dat": "405", "cparam01.dat": "405", "cparam02.dat": "405", "regescrt.dat": "405", "insuf.dat": "400", "multi01.dat": "400", "mcl01.dat": "400",
	"badbranch.dat": "400|200", "ipv6-good.dat": "405", "port-ambiguous.dat": "405|200|481", "port-unambiguous.dat": "405|200|481", "ipv6-correct-abnf-2-colons.dat": "200", "via-received-param-no-delim.dat": "200",
}

// torturers reads the tables.
func torturers(t *testing.T) (all []torturer) {
	for _, dir := range []string{"../../../shared/data/rfc4475", "../../../shared/data/rfc5118"} {
		table, err := os.ReadFile(filepath.Join(dir, "MANIFEST.tsv"))
		if err != nil {
			t.Skipf("the torture messages are not here: %v", err)
		}
		rows := strings.Split(strings.TrimSpace(string(table)), "\n")
		uas := slices.Index(strings.Split(rows[0], "\t"), "uas")
		for _, row := range rows[1:] {
			fields := strings.Split(row, "\t")
			path := filepath.Join(dir, fields[0])
			if strings.HasSuffix(dir, "rfc5118") {
				path = filepath.Join(dir, "wire-crlf", fields[0])
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			m := torturer{fields[0], text, fields[uas]}
			if owed, ok := sharper[m.name]; ok {
				m.owed = owed
			}
			all = append(all, m)
		}
	}
	return all
}

// silent tells whether the message may get no answer.
func (m torturer) silent() bool {
	return slices.ContainsFunc([]string{"drop", "response", "unreferenced", "-", ""}, m.takes)
}

// patience is how long an answer is waited for: a short time where none may come.
func (m torturer) patience(s *stage, short time.Duration) time.Duration {
	if m.silent() {
		return short
	}
	return s.patience
}

func (m torturer) takes(word string) bool { return slices.Contains(strings.Split(m.owed, "|"), word) }

// judge holds an answer, nil for none, against what is owed.
func (m torturer) judge(s *stage, resp *sip.Message, source netip.AddrPort) {
	s.Helper()
	if resp == nil {
		if !m.silent() {
			s.Errorf("%s: silence, owed %s", m.name, m.owed)
		}
		return
	}
	status := fmt.Sprint(resp.Status)
	if !m.takes(status) && !m.takes(status[:1]+"xx") && m.owed != "-" && m.owed != "" && m.owed != "unreferenced" {
		s.Errorf("%s: owed %s, got\n%s", m.name, m.owed, resp)
	}
	req, err := sip.Parse(m.text)
	if err != nil {
		s.Errorf("%s: what is no request is answered:\n%s", m.name, resp)
		return
	}
	for _, fault := range answerFaults(req, resp, source) {
		s.Errorf("%s: %s:\n%s", m.name, fault, resp)
	}
	if m.name == "bext01.dat" && strings.Join(headers(resp, "Unsupported"), " ") != "nothingSupportsThis nothingSupportsThisEither" {
		s.Errorf("RFC 4475 §3.3.5: %s", resp)
	}
}

func TestTortureOverUDP(t *testing.T) { // RFC 4475, RFC 5118
	t.Parallel()
	for _, m := range torturers(t) {
		play(t, m.name, func(s *stage) {
			p := s.phone()
			conn := s.replyPort(m.text)
			defer conn.Close()
			source := conn.LocalAddr().(*net.UDPAddr).AddrPort()
			if _, err := conn.WriteToUDPAddrPort(m.text, p.addr); err != nil {
				s.Fatal(err)
			}
			first := hearsUDP(s, conn, m.patience(s, 400*time.Millisecond))
			m.judge(s, first, source)
			if second := hearsUDP(s, conn, 400*time.Millisecond); first != nil && second != nil && second.CallID() != first.CallID() {
				s.Errorf("RFC 3261 §18.3: octets behind the body are answered:\n%s", second)
			}
			p.rejects(first)
		})
	}
}

// replyPort is a socket at the port to which the top Via wants the answer.
func (s *stage) replyPort(text []byte) *net.UDPConn {
	port := uint16(5060)
	if m, err := sip.Parse(text); err == nil {
		if via, err := m.TopVia(); err == nil && via.Port != 0 {
			port = via.Port
		}
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(address(), port)))
	if err != nil {
		s.Fatal(err)
	}
	return conn
}

// hearsUDP is the next response but 100, nil if none comes.
func hearsUDP(s *stage, conn *net.UDPConn, within time.Duration) *sip.Message {
	var b [65535]byte
	for conn.SetReadDeadline(time.Now().Add(within)); ; {
		n, _, err := conn.ReadFromUDPAddrPort(b[:])
		if err != nil {
			return nil
		}
		m, err := sip.Parse(b[:n])
		if err != nil {
			s.Errorf("the phone says %q: %v", b[:n], err)
		} else if m.Status != 100 {
			return m
		}
	}
}

// rejects what has just begun to ring, if it has.
func (p *phone) rejects(answer *sip.Message) {
	p.Helper()
	if answer != nil && answer.Status == 180 {
		p.want("incoming")
		p.says("reject")
		p.want("ended")
	}
}

func TestTortureOctetByOctet(t *testing.T) { // RFC 4475, RFC 5118
	t.Parallel()
	for _, m := range torturers(t) {
		ways(t, m.name, func(s *stage, p *phone, open func() *line) {
			l := open()
			if req, err := sip.Parse(m.text); err == nil && req.IsRequest() {
				l.asked = append(l.asked, req)
			}
			for i := range m.text {
				if _, err := l.Write(m.text[i : i+1]); err != nil {
					break
				}
			}
			first := l.hearsMore(700 * time.Millisecond)
			if first == nil {
				// What has no end yet has one now, and is owed the same.
				l.Conn.(interface{ CloseWrite() error }).CloseWrite()
				first = l.hearsMore(m.patience(s, 2*time.Second))
			}
			m.judge(s, first, l.self)
			p.rejects(first)
			if m.name == "dblreq.dat" { // on a stream these are two requests
				p.rejects(l.hearsMore(s.patience))
			}
			for _, open := range []func() *line{p.line, p.secureLine} {
				next := open()
				next.says(next.options(1))
				next.wants(200)
			}
		})
	}
}

// hearsMore is the next response but 100, nil if none comes soon.
func (l *line) hearsMore(within time.Duration) *sip.Message {
	m := l.hears(within)
	for m != nil && m.Status == 100 {
		m = l.hears(within)
	}
	return m
}
