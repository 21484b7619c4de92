package wire

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/ua/uatest"
)

// voice sends RTP to the phone from where the peer said that it would.
type voice struct {
	s    *stage
	conn *net.UDPConn
	to   netip.AddrPort
	ssrc uint32
	seq  uint16
	time uint32
}

// speaks begins RTP to where the phone wants it.
func (p *peer) speaks(ok *uatest.Message) *voice {
	p.T.Helper()
	d := readDescription(string(ok.Body))
	host := strings.Fields(value(d.session, "c="))
	if len(host) != 3 || len(d.media) == 0 {
		p.T.Fatalf("the answer is\n%s", ok)
	}
	to, err := netip.ParseAddrPort(net.JoinHostPort(host[2], d.media[0].port))
	if err != nil {
		p.T.Fatal(err)
	}
	return &voice{s: p.ear.stage, conn: p.rtp, to: to, ssrc: 0xabcd, seq: 65530, time: 4294960000}
}

// packet builds one.
func (v *voice) packet(payloadType byte, marker bool, timestamp uint32, payload ...byte) []byte {
	b := []byte{0x80, payloadType}
	if marker {
		b[1] |= 0x80
	}
	b = binary.BigEndian.AppendUint16(b, v.seq)
	b = binary.BigEndian.AppendUint32(b, timestamp)
	b = binary.BigEndian.AppendUint32(b, v.ssrc)
	v.seq++
	return append(b, payload...)
}

func (v *voice) send(b []byte) {
	if _, err := v.conn.WriteToUDPAddrPort(b, v.to); err != nil {
		v.s.Error(err)
	}
}

// sound says 20 ms of PCMA silence at a time.
func (v *voice) sound(packets int) {
	paced(20*time.Millisecond, packets, func(int) {
		v.send(v.packet(8, false, v.time, slices.Repeat([]byte{0xd5}, 160)...))
		v.time += 160
	})
}

// key is one as telephone-event: four packets while it is held, three that end it (RFC 4733 §2.5.1).
func (v *voice) key(payloadType byte, digit byte) [][]byte {
	event := byte(strings.IndexByte("0123456789*#ABCD", digit))
	var all [][]byte
	for i := range 7 {
		duration, end := uint16(160*(i+1)), byte(10)
		if i >= 4 {
			duration, end = 800, 0x80|10
		}
		all = append(all, v.packet(payloadType, i == 0, v.time, event, end, byte(duration>>8), byte(duration)))
	}
	v.time += 1600
	return all
}

func (v *voice) play(packets [][]byte) {
	paced(10*time.Millisecond, len(packets), func(i int) { v.send(packets[i]) })
	v.s.quiet(60 * time.Millisecond)
}

// wantDigits waits for exactly these keys.
func (p *phone) wantDigits(way, digits string) {
	p.Helper()
	for _, want := range digits {
		if e := p.next(p.patience); e.Event != "digit" || e.Digit != string(want) || e.Way != way || e.Call != "in-1" {
			p.Fatalf("want the key %c by %s, got %s", want, way, e.line)
		}
	}
	p.wantNoEvent(400 * time.Millisecond)
}

func TestKeysInRTP(t *testing.T) { // RFC 4733
	t.Parallel()
	for name, tt := range map[string]struct {
		payloadType byte
		keys        string
		bend        func(packets [][]byte) [][]byte
	}{
		"#42":                              {101, "#42", nil},
		"every key":                        {101, "0123456789*#ABCD", nil},
		"the same key again and again":     {101, "4444", nil},
		"payload type 96":                  {96, "425#", nil},
		"payload type 127":                 {127, "425#", nil},
		"the first packet lost":            {101, "425#", func(p [][]byte) [][]byte { return p[1:] }},
		"only the end left":                {101, "425#", func(p [][]byte) [][]byte { return p[4:] }},
		"only one packet left, of the end": {101, "425#", func(p [][]byte) [][]byte { return p[6:] }},
		"all packets of the end lost":      {101, "425#", func(p [][]byte) [][]byte { return p[:4] }},
		"every second packet lost":         {101, "425#", func(p [][]byte) [][]byte { return [][]byte{p[1], p[3], p[5]} }},
		"every packet twice":               {101, "425#", func(p [][]byte) [][]byte { return append(p, p...) }},
		"neighbours in the wrong order":    {101, "425#", func(p [][]byte) [][]byte { return [][]byte{p[1], p[0], p[3], p[2], p[5], p[4], p[6]} }},
		"the end before the middle":        {101, "425#", func(p [][]byte) [][]byte { return [][]byte{p[0], p[4], p[1], p[2], p[5], p[3], p[6]} }},
		"the beginning at the end":         {101, "425#", func(p [][]byte) [][]byte { return append(p[1:], p[0]) }},
		"no marker":                        {101, "425#", func(p [][]byte) [][]byte { p[0][1] &^= 0x80; return p }},
		"a marker on each packet":          {101, "425#", func(p [][]byte) [][]byte { each(p, func(b []byte) { b[1] |= 0x80 }); return p }},
		"no volume":                        {101, "425#", func(p [][]byte) [][]byte { each(p, func(b []byte) { b[13] &= 0x80 }); return p }},
		"the end said once":                {101, "425#", func(p [][]byte) [][]byte { return p[:5] }},
	} {
		for _, sound := range []bool{true, false} {
			if !sound && tt.bend == nil && tt.payloadType == 101 {
				continue
			}
			play(t, fmt.Sprintf("%s, with sound between them: %v", name, sound), func(s *stage) {
				p, a := s.phone("-auto"), s.peer()
				d := a.Call(p.addr, "agent")
				d.Request("INVITE", a.sdp(fmt.Sprintf("m=audio PORT RTP/AVP 8 %d", tt.payloadType), fmt.Sprintf("a=rtpmap:%d telephone-event/8000", tt.payloadType), fmt.Sprintf("a=fmtp:%d 0-15", tt.payloadType)))
				p.want("incoming")
				d.Want(180)
				v := a.speaks(d.Want(200))
				d.Ack()
				p.want("answered")
				for _, key := range []byte(tt.keys) {
					if sound {
						v.sound(3)
					}
					packets := v.key(tt.payloadType, key)
					if tt.bend != nil {
						packets = tt.bend(packets)
					}
					v.play(packets)
				}
				p.wantDigits("rfc4733", tt.keys)
				p.ended(d)
			})
		}
	}
	play(t, "keys that are none, other payload types, other sources and broken packets: nothing", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		stranger := s.socket(address())
		defer stranger.Close()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		v := a.speaks(d.Want(200))
		v.play(v.key(101, '9')) // before the ACK: nobody has answered yet
		d.Ack()
		p.want("answered")
		v.sound(5)
		v.play(v.key(97, '1'))
		for event := byte(16); event < 20; event++ {
			packets := v.key(101, '2')
			each(packets, func(b []byte) { b[12] = event })
			v.play(packets)
		}
		packets := v.key(101, '3')
		each(packets, func(b []byte) { b[0] = 0x40 }) // another version of RTP
		v.play(packets)
		for i, b := range v.key(101, '3') {
			v.send(b[:12+i%4]) // cut short
		}
		v.conn, stranger = stranger, v.conn
		v.ssrc++
		v.play(v.key(101, '6'))
		v.conn = stranger
		p.wantNoEvent(500 * time.Millisecond)
		v.ssrc--
		v.play(v.key(101, '7'))
		p.wantDigits("rfc4733", "7")
		p.ended(d)
	})
	play(t, "a key that is held for 4 s is one key, and the same one after it another", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		v := a.speaks(d.Want(200))
		d.Ack()
		p.want("answered")
		paced(50*time.Millisecond, 80, func(i int) {
			duration := uint16(400 * (i + 1))
			v.send(v.packet(101, i == 0, v.time, 5, 10, byte(duration>>8), byte(duration)))
		})
		for range 3 {
			v.send(v.packet(101, false, v.time, 5, 0x8a, 0x7d, 0))
		}
		v.time += 40000
		v.play(v.key(101, '5'))
		p.wantDigits("rfc4733", "55")
		p.ended(d)
	})
	play(t, "held for so long that it goes on in another segment (RFC 4733 §2.5.1.3): one key", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		v := a.speaks(d.Want(200))
		d.Ack()
		p.want("answered")
		v.sound(410) // a key is not older than the call (8.2 s)
		held := []uint16{40000, 60000, 65535}
		paced(20*time.Millisecond, len(held), func(i int) {
			v.send(v.packet(101, i == 0, v.time, 8, 10, byte(held[i]>>8), byte(held[i])))
		})
		v.time += 65535
		held = []uint16{400, 800, 800, 800}
		paced(20*time.Millisecond, len(held), func(i int) {
			end := byte(10)
			if i > 0 {
				end |= 0x80
			}
			v.send(v.packet(101, false, v.time, 8, end, byte(held[i]>>8), byte(held[i])))
		})
		p.wantDigits("rfc4733", "8")
		p.ended(d)
	})
}

func each(packets [][]byte, bend func([]byte)) {
	for _, b := range packets {
		bend(b)
	}
}

func TestKeysByInfo(t *testing.T) { // RFC 6086; the bodies are custom
	t.Parallel()
	const relay, plain = "application/dtmf-relay", "application/dtmf"
	for name, tt := range map[string]struct {
		kind, form string
	}{
		"dtmf-relay":                          {relay, "Signal=%s\r\nDuration=160\r\n"},
		"dtmf-relay with white space":         {relay, "Signal= %s\r\nDuration= 160\r\n"},
		"dtmf-relay in small letters":         {relay, "signal=%s\r\nduration=160"},
		"dtmf-relay with LF":                  {relay, "Signal=%s\nDuration=250\n"},
		"dtmf-relay without a duration":       {relay, "Signal=%s"},
		"dtmf-relay, the duration first":      {relay, "Duration=160\r\nSignal=%s\r\n"},
		"dtmf-relay of a type with parameter": {"Application/DTMF-Relay; charset=utf-8", "Signal=%s\r\nDuration=160\r\n"},
		"dtmf":                                {plain, "%s"},
		"dtmf with a line end":                {plain, "%s\r\n"},
		"dtmf with white space":               {plain, " %s "},
	} {
		everyOther(t, "INFO "+name+": 4 2 5 # are heard", func(s *stage, p *phone, a *peer) {
			d := p.called(a)
			for _, key := range "425#" {
				d.Request("INFO", "Content-Type: "+tt.kind, "body: "+fmt.Sprintf(tt.form, string(key)))
				d.Want(200)
			}
			p.wantDigits("info", "425#")
			p.ended(d)
		})
	}
	play(t, "an INFO that is sent again is one key", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		m := d.Request("INFO", "Content-Type: "+relay, "body: Signal=5\r\nDuration=160\r\n")
		d.Want(200)
		a.Forget()
		a.SendMessage(p.addr, m)
		d.Want(200)
		p.wantDigits("info", "5")
		p.ended(d)
	})
	play(t, "a key by INFO and in RTP at once is one key", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		v := a.speaks(d.Want(200))
		d.Ack()
		p.want("answered")
		v.sound(3)
		d.Request("INFO", "Content-Type: "+relay, "body: Signal=5\r\nDuration=100\r\n")
		v.play(v.key(101, '5'))
		d.Want(200)
		if e := p.want("digit"); e.Digit != "5" {
			s.Errorf("told %s", e.line)
		}
		p.wantNoEvent(500 * time.Millisecond)
		p.ended(d)
	})
	for name, tt := range map[string]struct {
		lines []string
		owed  string
	}{
		"without a body":             {nil, "200"},
		"of an unknown type":         {[]string{"Content-Type: application/x-odd", "body: hello"}, "415"},
		"of an unknown package":      {[]string{"Info-Package: odd", "Content-Type: application/x-odd", "body: hello"}, "469"},
		"of a kind of key unknown":   {[]string{"Content-Type: " + relay, "body: Signal=flash\r\n"}, "200|400|415"},
		"of a relay without signal":  {[]string{"Content-Type: " + relay, "body: Duration=160\r\n"}, "200|400|415"},
		"of two keys where one fits": {[]string{"Content-Type: " + plain, "body: 42"}, "200|400|415"},
		"of a picture update":        {[]string{"Content-Type: application/media_control+xml", "body: <x/>"}, "200|415"},
		"of 100 kB in a zip":         {[]string{"Content-Encoding: gzip", "Content-Type: " + relay, "body: hello"}, "415"},
		"of 4 kB":                    {[]string{"Content-Type: " + relay, "body: Signal=4\r\n" + strings.Repeat("x", 4096)}, "413|415|400"},
	} {
		play(t, "INFO "+name+": "+tt.owed+", and no key (RFC 6086)", func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := p.called(a)
			d.Request("INFO", tt.lines...)
			if m := a.WantAnswer(); !strings.Contains(tt.owed, fmt.Sprint(m.Status)) {
				s.Errorf("got\n%s", m)
			}
			p.wantNoEvent(200 * time.Millisecond)
			p.ended(d)
		})
	}
	play(t, "keys before the answer are not heard, neither then nor later", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := p.rings(a)
		d.Request("INFO", "Content-Type: "+relay, "body: Signal=5\r\n")
		if m := a.WantAnswer(); m.Status/100 == 1 {
			s.Errorf("got\n%s", m)
		}
		p.says("answer")
		d.Want(200)
		d.Seq = 1
		d.Ack()
		p.want("answered")
		p.wantNoEvent(300 * time.Millisecond)
		d.Seq = 2
		p.ended(d)
	})
}

// everyOther is everyWay over UDP and TCP alone.
func everyOther(t *testing.T, name string, act func(s *stage, p *phone, a *peer)) {
	play(t, name+" over UDP", func(s *stage) { act(s, s.phone("-auto"), s.peer()) })
	play(t, name+" over TCP", func(s *stage) { p := s.phone("-auto"); act(s, p, p.connect()) })
}
