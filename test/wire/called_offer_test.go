package wire

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"intercom/ua/uatest"
)

func TestOffers(t *testing.T) { // RFC 3264 §6; the judge holds each answer against its offer
	t.Parallel()
	const on, off = "on", "off"
	for name, tt := range map[string]struct {
		lines string
		want  string // of the answer: a line each
		codec string
	}{
		"audio and video": {"m=audio PORT RTP/AVP 0 8 101|a=rtpmap:101 telephone-event/8000|m=video 6000 RTP/AVP 96|a=rtpmap:96 H264/90000", "on off", "PCMU"},
		"video first":     {"m=video 6000 RTP/AVP 96 97|a=rtpmap:96 H264/90000|a=rtpmap:97 VP8/90000|m=audio PORT RTP/AVP 8", "off on", "PCMA"},
		"two audio lines": {"m=audio PORT RTP/AVP 0|m=audio 6000 RTP/AVP 8", "on off", "PCMU"},
		"two audio lines, the first of a codec that nobody has": {"m=audio 6000 RTP/AVP 18|m=audio PORT RTP/AVP 8", "off on", "PCMA"},
		"two audio lines, the first refused":                    {"m=audio 0 RTP/AVP 0|m=audio PORT RTP/AVP 8", "off on", "PCMA"},
		"application, text, image and message":                  {"m=application 6002 TCP/BFCP *|m=text 6004 RTP/AVP 98|a=rtpmap:98 t140/1000|m=image 6006 udptl t38|a=T38FaxVersion:0|m=message 6008 TCP/MSRP *|a=path:msrp://a.invalid/x;tcp|m=audio PORT RTP/AVP 8", "off off off off on", "PCMA"},
		"static payload types without rtpmap":                   {"m=audio PORT RTP/AVP 0 8 3 18", "on", "PCMU"},
		"the order of the caller":                               {"m=audio PORT RTP/AVP 8 0 9", "on", "PCMA"},
		"codecs that nobody has before one that we have":        {"m=audio PORT RTP/AVP 111 18 0|a=rtpmap:111 opus/48000/2", "on", "PCMU"},
		"G.722 first":                                             {"m=audio PORT RTP/AVP 9 8|a=rtpmap:9 G722/8000", "on", "G722"},
		"a codec with a number of its own":                        {"m=audio PORT RTP/AVP 98 99|a=rtpmap:98 PCMA/8000|a=rtpmap:99 telephone-event/8000", "on", "PCMA"},
		"a codec name in small letters and a channel":             {"m=audio PORT RTP/AVP 98|a=rtpmap:98 pcmu/8000/1", "on", "PCMU"},
		"events at another clock rate only":                       {"m=audio PORT RTP/AVP 8 101|a=rtpmap:101 telephone-event/16000", "on", "PCMA"},
		"events at two clock rates":                               {"m=audio PORT RTP/AVP 8 100 101|a=rtpmap:100 telephone-event/48000|a=rtpmap:101 telephone-event/8000|a=fmtp:101 0-16", "on", "PCMA"},
		"an rtpmap that cannot be read":                           {"m=audio PORT RTP/AVP 99 8|a=rtpmap:99|a=rtpmap:x y/z|a=rtpmap:", "on", "PCMA"},
		"an rtpmap that cannot be read in a line that is refused": {"m=video 6000 RTP/AVP 96|a=rtpmap:96 H264|a=fmtp|m=audio PORT RTP/AVP 8", "off on", "PCMA"},
		"attributes of ICE, BUNDLE and rtcp-mux":                  {"a=group:BUNDLE a v|a=ice-options:trickle|m=audio PORT RTP/AVP 8|a=mid:a|a=rtcp-mux|a=rtcp:9 IN IP4 0.0.0.0|a=ice-ufrag:abcd|a=ice-pwd:0123456789012345678901|a=candidate:1 1 UDP 2130706431 10.0.0.1 5000 typ host|a=ssrc:1 cname:x|m=video 6000 RTP/AVP 96|a=mid:v", "on off", "PCMA"},
		"ptime and maxptime":                                      {"m=audio PORT RTP/AVP 8|a=ptime:30|a=maxptime:60", "on", "PCMA"},
		"a ptime that makes no sense":                             {"m=audio PORT RTP/AVP 8|a=ptime:x|a=maxptime:0", "on", "PCMA"},
		"bandwidths, information and keys":                        {"b=AS:64|k=clear:x|a=tool:x|m=audio PORT RTP/AVP 8|i=a title|b=TIAS:64000|b=RS:0", "on", "PCMA"},
		"a port and a count of ports":                             {"m=audio PORT/1 RTP/AVP 8", "on", "PCMA"},
		"a secured line beside a plain one":                       {"m=audio 6000 RTP/SAVPF 8|a=fingerprint:sha-256 AB:CD|m=audio PORT RTP/AVP 8", "off on", "PCMA"},
		"sendonly":                                                {"m=audio PORT RTP/AVP 8|a=sendonly", "on", "PCMA"},
		"recvonly":                                                {"m=audio PORT RTP/AVP 8|a=recvonly", "on", "PCMA"},
		"inactive":                                                {"m=audio PORT RTP/AVP 8|a=inactive", "on", "PCMA"},
		"an address of the line":                                  {"m=audio PORT RTP/AVP 8|c=IN IP4 127.0.0.9|a=rtcp:6001 IN IP4 127.0.0.9", "on", "PCMA"},
		"addresses that are no use for others":                    {"m=video 6000 RTP/AVP 96|c=IN IP6 2001:db8::1|m=audio PORT RTP/AVP 8", "off on", "PCMA"},
	} {
		play(t, "an offer of "+name, func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := a.Call(p.addr, "agent")
			d.Request("INVITE", a.sdp(strings.Split(tt.lines, "|")...))
			p.want("incoming")
			d.Want(180)
			ok := d.Want(200)
			var got []string
			for _, m := range readDescription(string(ok.Body)).media {
				state := on
				if m.port == "0" {
					state = off
				}
				got = append(got, state)
			}
			if strings.Join(got, " ") != tt.want {
				s.Errorf("answered %q, want %q", got, tt.want)
			}
			d.Ack()
			if e := p.want("answered"); e.Codec != tt.codec {
				s.Errorf("told %s, want %s", e.line, tt.codec)
			}
			p.ended(d)
		})
	}
	for name, tt := range map[string]struct {
		body string
		owed string
	}{
		"a codec that nobody has":           {sdpOf("m=audio 6000 RTP/AVP 18 111", "a=rtpmap:111 opus/48000/2"), "488"},
		"video alone":                       {sdpOf("m=video 6000 RTP/AVP 96", "a=rtpmap:96 H264/90000"), "488"},
		"events alone":                      {sdpOf("m=audio 6000 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"), "488"},
		"refused lines alone":               {sdpOf("m=audio 0 RTP/AVP 8"), "488"},
		"DTLS-SRTP alone":                   {sdpOf("m=audio 6000 UDP/TLS/RTP/SAVPF 8", "a=fingerprint:sha-256 AB:CD"), "488"},
		"SAVP without a key":                {sdpOf("m=audio 6000 RTP/SAVP 8"), "488"},
		"SAVP with keys that nobody has":    {sdpOf("m=audio 6000 RTP/SAVP 8", "a=crypto:1 F8_128_HMAC_SHA1_80 inline:x"), "488"},
		"payload types without meaning":     {sdpOf("m=audio 6000 RTP/AVP 97 98"), "488"},
		"a port that is none":               {sdpOf("m=audio 99999 RTP/AVP 8"), "400|488"},
		"a host that is no address":         {"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 no.such.host.invalid\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n", "400|488"},
		"both of these":                     {"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 no.such.host.invalid\r\nt=0 0\r\nm=audio 99999 RTP/AVP 8\r\n", "400|488"},
		"no address at all":                 {"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n", "400|488"},
		"the address of a group":            {"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 224.2.1.1/127\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n", "400|488"},
		"an address of the other family":    {"v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n", "400|488"},
		"no SDP under the name of it":       {"This is no SDP at all.\r\n", "400|488"},
		"another version of SDP":            {"v=7\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n", "400|488"},
		"zeros and other octets in the SDP": {"v=0\r\n\x00\x01\xff=\r\nm=audio 6000 RTP/AVP 8\r\n", "400|488"},
		"JSON":                              {`{"v":0}`, "400|488"},
		"a thousand lines of media":         {sdpOf(strings.TrimSuffix(strings.Repeat("m=audio 6000 RTP/AVP 8\r\n", 1000), "\r\n")), "400|488|413|513"},
	} {
		play(t, "an offer of "+name+": "+tt.owed, func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := a.Call(p.addr, "agent")
			d.Request("INVITE", "body: "+tt.body)
			refused := a.WantAnswer()
			if !strings.Contains(tt.owed, fmt.Sprint(refused.Status)) {
				s.Errorf("owed %s, got\n%s", tt.owed, refused)
			}
			if refused.Status == 488 && !refused.Has("Warning") {
				s.Errorf("RFC 3261 §13.3.1.3: SHOULD say why:\n%s", refused)
			}
			d.AckRefusal(refused)
			p.wantNoEvent(100 * time.Millisecond)
		})
	}
}

// sdpOf is a description with a head.
func sdpOf(lines ...string) string {
	return "v=0\r\no=peer 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" + strings.Join(lines, "\r\n") + "\r\n"
}

func TestLateOffers(t *testing.T) { // RFC 3261 §13.2.1, RFC 6337 §2.1
	t.Parallel()
	begin := func(s *stage) (*phone, *peer, *uatest.Dialog, *uatest.Message) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE")
		p.want("incoming")
		d.Want(180)
		ok := d.Want(200)
		s.wantOffer(ok)
		return p, a, d, ok
	}
	play(t, "INVITE without SDP: offer in the 200, answer in the ACK", func(s *stage) {
		p, a, d, _ := begin(s)
		d.Ack(a.sdp("m=audio PORT RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000"))
		if e := p.want("answered"); e.Codec != "PCMU" || e.Remote != a.rtp.LocalAddr().String() {
			s.Errorf("told %s", e.line)
		}
		a.wantRTP(true)
		p.ended(d)
	})
	for name, answer := range map[string][]string{
		"no answer":             nil,
		"no SDP for an answer":  {"body: hello\r\n"},
		"an impossible answer":  {"body: " + sdpOf("m=audio 6000 RTP/AVP 18")},
		"a refusal for answer":  {"body: " + sdpOf("m=audio 0 RTP/AVP 8")},
		"too few lines":         {"body: " + sdpOf()},
		"a body of other type":  {"Content-Type: text/plain", "body: hello"},
		"an answer in the wild": {"body: " + sdpOf("m=video 6000 RTP/AVP 96", "m=audio 6000 RTP/AVP 8")},
	} {
		play(t, "ACK with "+name+": the call is ended by BYE (RFC 3261 §13.2.2.4)", func(s *stage) {
			p, a, d, _ := begin(s)
			d.Ack(answer...)
			a.WantRequest("BYE").Reply(200)
			if e := p.want("ended"); e.By != "local" || e.Status == 0 {
				s.Errorf("told %s", e.line)
			}
		})
	}
	play(t, "re-INVITE without SDP: offer in the 200, with the version and the lines of before", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a, a.sdp("m=video 6000 RTP/AVP 96", "m=audio PORT RTP/AVP 8"))
		d.Request("INVITE")
		ok := d.Want(200)
		s.wantOffer(ok)
		if lines := readDescription(string(ok.Body)).media; len(lines) != 2 || lines[0].port != "0" {
			s.Errorf("RFC 3264 §8: every line keeps its place:\n%s", ok)
		}
		d.Ack(a.sdp("m=video 0 RTP/AVP 96", "m=audio PORT RTP/AVP 0"))
		p.want("updated")
		p.ended(d)
	})
	play(t, "re-INVITE without SDP and an ACK without answer: the call survives it or ends, and can be ended", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		d.Request("INVITE")
		d.Want(200)
		d.Ack()
		p.ended(d)
		a.WantSilence(time.Second)
	})
	play(t, "re-INVITE without SDP of a call that we hold: our offer does not send music to nobody", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		p.says("hold")
		a.WantRequest("INVITE").Reply(200, strings.Replace(a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"), "peer 1 1", "peer 1 2", 1))
		a.WantRequest("ACK")
		p.want("held")
		d.Request("INVITE")
		ok := d.Want(200)
		if m := readDescription(string(ok.Body)); m.direction(m.media[0]) != "sendonly" {
			s.Errorf("held here, the offer is\n%s", ok)
		}
		d.Ack(strings.Replace(a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"), "peer 1 1", "peer 1 2", 1))
		p.ended(d)
	})
}

// wantOffer: RFC 3264 §5, an offer of ours has sound that everybody can take.
func (s *stage) wantOffer(m *uatest.Message) {
	s.Helper()
	d := readDescription(string(m.Body))
	audio := 0
	for _, line := range d.media {
		if line.kind != "audio" || line.port == "0" {
			continue
		}
		audio++
		formats := " " + strings.Join(line.formats, " ") + " "
		if !strings.Contains(formats, " 0 ") || !strings.Contains(formats, " 8 ") || !strings.Contains(strings.Join(line.lines, "\n"), " telephone-event/8000") {
			s.Errorf("the offer is\n%s", m)
		}
	}
	if audio != 1 {
		s.Errorf("the offer has %d audio lines:\n%s", audio, m)
	}
}

// wantRTP: whether the phone sends sound to the peer now.
func (p *peer) wantRTP(sent bool) {
	p.T.Helper()
	p.drain(100 * time.Millisecond) // what was under way
	if sent {
		if !sounds(p.rtp, p.patience) {
			p.T.Errorf("no sound comes within %v", p.patience)
		}
		return
	}
	// The last packet may be late by a pause of the computer; of sound that goes on there is one in every 400 ms.
	for tries := 5; p.drain(400*time.Millisecond) > 0; tries-- {
		if tries == 0 {
			p.T.Fatal("the sound does not end")
		}
	}
}

// sounds waits for a packet.
func sounds(conn *net.UDPConn, within time.Duration) bool {
	conn.SetReadDeadline(time.Now().Add(within))
	_, _, err := conn.ReadFromUDPAddrPort(make([]byte, 2048))
	return err == nil
}

// drain counts the RTP that comes within d.
func (p *peer) drain(d time.Duration) (packets int) { return count(p.rtp, d) }

func count(conn *net.UDPConn, d time.Duration) (packets int) {
	conn.SetReadDeadline(time.Now().Add(d))
	for b := make([]byte, 2048); ; packets++ {
		if _, _, err := conn.ReadFromUDPAddrPort(b); err != nil {
			return packets
		}
	}
}
