package sdp

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// local is what the tests bring: both G.711 codecs and events as 101.
func local() Local {
	return Local{
		Addr: netip.MustParseAddr("192.0.2.1"), Port: 16384, Ptime: 20 * time.Millisecond,
		Formats: []Format{
			{PayloadType: 8, Name: "PCMA", ClockRate: 8000},
			{PayloadType: 0, Name: "PCMU", ClockRate: 8000},
			{PayloadType: 101, Name: "telephone-event", ClockRate: 8000, Fmtp: "0-15"},
		},
	}
}

// described parses lines behind a usual head.
func described(t *testing.T, lines ...string) *Description {
	t.Helper()
	head := []string{"v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0"}
	d, err := Parse([]byte(strings.Join(append(head, lines...), "\r\n") + "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ports lists kind and port of every line.
func ports(d *Description) string {
	var out []string
	for _, m := range d.Media {
		state := "on"
		if m.Port == 0 {
			state = "off"
		}
		out = append(out, m.Kind+" "+state)
	}
	return strings.Join(out, ", ")
}

func TestAnswerKeepsEveryLineInItsPlace(t *testing.T) { // RFC 3264 §6
	for _, tt := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"audio alone", []string{"m=audio 4000 RTP/AVP 8"}, "audio on"},
		{"audio, video", []string{"m=audio 4000 RTP/AVP 8", "m=video 4002 RTP/AVP 96", "a=rtpmap:96 H264/90000"}, "audio on, video off"},
		{"video, audio", []string{"m=video 4002 RTP/AVP 96", "m=audio 4000 RTP/AVP 8"}, "video off, audio on"},
		{"two audio lines", []string{"m=audio 4000 RTP/AVP 8", "m=audio 4002 RTP/AVP 0"}, "audio on, audio off"},
		{"text, application", []string{"m=text 4004 RTP/AVP 98", "m=application 4006 TCP/BFCP *", "m=audio 4000 RTP/AVP 0"}, "text off, application off, audio on"},
		{"secured line first", []string{"m=audio 4000 RTP/SAVP 8", "a=crypto:1 x inline:y", "m=audio 4002 RTP/AVP 8"}, "audio off, audio on"},
		{"disabled audio first", []string{"m=audio 0 RTP/AVP 8", "m=audio 4002 RTP/AVP 8"}, "audio off, audio on"},
		{"foreign codec first", []string{"m=audio 4000 RTP/AVP 9", "m=audio 4002 RTP/AVP 8"}, "audio off, audio on"},
	} {
		answer, _, err := Answer(described(t, tt.lines...), local())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if got := ports(answer); got != tt.want {
			t.Errorf("%s: answered %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestOffersThatCannotBeAccepted(t *testing.T) {
	for _, lines := range [][]string{
		{},
		{"m=video 4000 RTP/AVP 8"},
		{"m=audio 4000 RTP/SAVP 8"},
		{"m=audio 4000 RTP/AVP 9 18"},
		{"m=audio 4000 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"},
		{"m=audio 4000 RTP/AVP 8", "c=IN IP4 phone.example.net"},
		{"m=audio 4000 RTP/AVP 8", "c=IN IP4 224.2.1.1/127"},
		{"m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:db8::9"},
		{"m=audio 4000 RTP/AVP 97", "a=rtpmap:97 PCMA/16000"},
		{"m=audio 4000 RTP/AVP 97", "a=rtpmap:97 PCMA/8000/2"},
	} {
		if _, _, err := Answer(described(t, lines...), local()); !errors.Is(err, ErrNotAcceptable) {
			t.Errorf("%q: got %v, want ErrNotAcceptable", lines, err)
		}
	}
}

func TestAnswerTakesTheOfferedNumbers(t *testing.T) { // RFC 3264 §6.1
	offer := described(t,
		"m=audio 4000 RTP/AVP 9 111 0 96 97",
		"a=rtpmap:9 G722/8000", "a=rtpmap:111 pcma/8000", "a=rtpmap:96 telephone-event/8000", "a=fmtp:96 0-16",
		"a=rtpmap:97 telephone-event/16000", "a=ptime:30")
	answer, s, err := Answer(offer, local())
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.Media[0].Formats; !slices.Equal(got, []string{"111", "96"}) {
		t.Errorf("answered formats %q, want 111 and 96", got)
	}
	if s.Codec.PayloadType != 111 || s.Codec.Name != "PCMA" || s.DTMF != 96 || s.Ptime != 30*time.Millisecond {
		t.Errorf("session %+v", s)
	}
	if s.Receive[0].PayloadType != 111 || s.Receive[1].PayloadType != 96 {
		t.Errorf("receives %+v, want what the answer says", s.Receive)
	}
}

func TestStaticTypesNeedNoMap(t *testing.T) { // RFC 3551 §6
	_, s, err := Answer(described(t, "m=audio 4000 RTP/AVP 0"), local())
	if err != nil || s.Codec.Name != "PCMU" || s.DTMF != 0 {
		t.Errorf("got %+v, %v; want PCMU without events", s, err)
	}
}

func TestBadMapIsHarmless(t *testing.T) {
	for _, lines := range [][]string{
		{"m=audio 4000 RTP/AVP 8 99", "a=rtpmap:99", "a=rtpmap:x y/z", "a=rtpmap:8 PCMA/eight"},
		{"m=video 4002 RTP/AVP 96", "a=rtpmap:96 H264", "a=rtpmap", "a=fmtp", "m=audio 4000 RTP/AVP 8"},
	} {
		if _, s, err := Answer(described(t, lines...), local()); err != nil || s.Codec.Name != "PCMA" {
			t.Errorf("%q: got %q, %v", lines, s.Codec.Name, err)
		}
	}
}

func TestAcceptSendsWithThePeersNumbers(t *testing.T) { // RFC 3264 §5.1
	l := local()
	s, err := Accept(Offer(l, nil), l, described(t, "m=audio 4000 RTP/AVP 0 96", "a=rtpmap:96 telephone-event/8000"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Codec.Name != "PCMU" || s.DTMF != 96 {
		t.Errorf("sends %q and events as %d, want PCMU and 96", s.Codec.Name, s.DTMF)
	}
	if !slices.Equal(s.Receive, l.Formats) {
		t.Errorf("receives %+v, want all of the offer with its numbers", s.Receive)
	}
	if want := netip.MustParseAddrPort("192.0.2.9:4000"); s.Remote != want {
		t.Errorf("remote %v, want %v", s.Remote, want)
	}
	if want := netip.MustParseAddrPort("192.0.2.9:4001"); s.RemoteRTCP != want {
		t.Errorf("remote RTCP %v, want %v", s.RemoteRTCP, want)
	}
}

func TestAnswersThatCannotBeAccepted(t *testing.T) {
	l := local()
	for _, lines := range [][]string{
		{},
		{"m=audio 0 RTP/AVP 8"},
		{"m=audio 4000 RTP/AVP 18"},
		{"m=audio 4000 RTP/SAVP 8"},
		{"m=video 4000 RTP/AVP 8"},
	} {
		if _, err := Accept(Offer(l, nil), l, described(t, lines...)); !errors.Is(err, ErrNotAcceptable) {
			t.Errorf("%q: got %v, want ErrNotAcceptable", lines, err)
		}
	}
}

func TestDirections(t *testing.T) { // RFC 3264 §6.1, §8.4
	for _, tt := range []struct {
		name       string
		lines      []string
		answer     string
		send, recv bool
	}{
		{"nothing said", nil, "sendrecv", true, true},
		{"hold", []string{"a=sendonly"}, "recvonly", false, true},
		{"peer listens", []string{"a=recvonly"}, "sendonly", true, false},
		{"inactive", []string{"a=inactive"}, "inactive", false, false},
		{"hold of RFC 2543", []string{"c=IN IP4 0.0.0.0"}, "recvonly", false, true},
		{"hold of RFC 2543, said twice", []string{"c=IN IP4 0.0.0.0", "a=inactive"}, "inactive", false, false},
		{"unspecified IPv6", []string{"c=IN IP6 ::"}, "recvonly", false, true},
	} {
		offer := described(t, append([]string{"m=audio 4000 RTP/AVP 8"}, tt.lines...)...)
		answer, s, err := Answer(offer, local())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := answer.direction(&answer.Media[0]).String(); got != tt.answer {
			t.Errorf("%s: answered %s, want %s", tt.name, got, tt.answer)
		}
		if s.Send != tt.send || s.Recv != tt.recv {
			t.Errorf("%s: send %v recv %v, want %v %v", tt.name, s.Send, s.Recv, tt.send, tt.recv)
		}
	}
}

func TestDirectionOfTheSessionCounts(t *testing.T) { // RFC 8866 §6.7
	d, err := Parse([]byte("v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\na=sendonly\r\nm=audio 4000 RTP/AVP 8\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, s, _ := Answer(d, local()); s.Send || !s.Recv {
		t.Errorf("send %v recv %v, want to listen only", s.Send, s.Recv)
	}
}

func TestWhereMediaGoes(t *testing.T) {
	for _, tt := range []struct {
		name      string
		lines     []string
		rtp, rtcp string
	}{
		{"session", nil, "192.0.2.9:4000", "192.0.2.9:4001"},
		{"own c=", []string{"c=IN IP4 198.51.100.7"}, "198.51.100.7:4000", "198.51.100.7:4001"},
		{"a=rtcp port", []string{"a=rtcp:53020"}, "192.0.2.9:4000", "192.0.2.9:53020"},
		{"a=rtcp address", []string{"a=rtcp:53020 IN IP4 198.51.100.8"}, "192.0.2.9:4000", "198.51.100.8:53020"},
		{"bad a=rtcp", []string{"a=rtcp:port"}, "192.0.2.9:4000", "192.0.2.9:4001"},
		{"mapped address", []string{"c=IN IP6 ::ffff:198.51.100.7"}, "198.51.100.7:4000", "198.51.100.7:4001"},
	} {
		_, s, err := Answer(described(t, append([]string{"m=audio 4000 RTP/AVP 8"}, tt.lines...)...), local())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if s.Remote.String() != tt.rtp || s.RemoteRTCP.String() != tt.rtcp {
			t.Errorf("%s: RTP to %v, RTCP to %v; want %s, %s", tt.name, s.Remote, s.RemoteRTCP, tt.rtp, tt.rtcp)
		}
	}
}

func TestVersionGrowsOnlyWithChanges(t *testing.T) { // RFC 3264 §8
	a := Author{ID: 4711}
	l := local()
	origin := func() string {
		d, err := Parse(a.Write(Offer(l, nil)))
		if err != nil {
			t.Fatal(err)
		}
		return d.Origin
	}
	if got := origin(); got != "- 4711 1 IN IP4 192.0.2.1" {
		t.Errorf("first o=%s", got)
	}
	if got := origin(); got != "- 4711 1 IN IP4 192.0.2.1" {
		t.Errorf("unchanged description has o=%s", got)
	}
	l.Direction = SendOnly
	if got := origin(); got != "- 4711 2 IN IP4 192.0.2.1" {
		t.Errorf("changed description has o=%s", got)
	}
}

func TestIPv6(t *testing.T) {
	l := local()
	l.Addr = netip.MustParseAddr("2001:db8::1")
	text := string((&Author{ID: 1}).Write(Offer(l, nil)))
	if !strings.Contains(text, "c=IN IP6 2001:db8::1\r\n") || !strings.Contains(text, " IN IP6 2001:db8::1\r\n") {
		t.Errorf("offer is %q", text)
	}
	_, s, err := Answer(described(t, "m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:db8::9"), l)
	if err != nil || s.Remote.String() != "[2001:db8::9]:4000" {
		t.Errorf("got %v, %v", s.Remote, err)
	}
}

func TestNewOfferKeepsRefusedLines(t *testing.T) { // RFC 3264 §8
	l := local()
	answer, _, err := Answer(described(t, "m=video 4002 RTP/AVP 96", "m=audio 4000 RTP/AVP 8"), l)
	if err != nil {
		t.Fatal(err)
	}
	offer := Offer(l, answer)
	if got := ports(offer); got != "video off, audio on" {
		t.Errorf("offered %q", got)
	}
	s, err := Accept(offer, l, described(t, "m=video 0 RTP/AVP 96", "m=audio 4008 RTP/AVP 0"))
	if err != nil || s.Remote.Port() != 4008 {
		t.Errorf("got %v, %v", s.Remote, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, body := range []string{
		"", "hello", "v=1\r\n", "v=0\r\nnonsense\r\n", "v=0\r\nm=audio 99999 RTP/AVP 0\r\n", "v=0\r\nm=audio RTP/AVP\r\n",
		"v=0\r\nm=audio -1 RTP/AVP 0\r\n", "v=0\r\n" + strings.Repeat("m=audio 0 RTP/AVP 0\r\n", 33),
	} {
		if d, err := Parse([]byte(body)); err == nil {
			t.Errorf("%q parsed as %+v", clip(body), d)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=rtcp:4001 IN IP4 192.0.2.9\r\n"))
	f.Add([]byte("v=0\nm=video 1 RTP/AVP 96\na=rtpmap:96\nm=audio 4000/2 RTP/AVP 0\nc=IN IP4 0.0.0.0\na=sendonly\na=maxptime:5\n"))
	f.Add([]byte("v=0\r\nc=IN IP6 ::\r\nt=1 \r2\r\nm=audio 65535 RTP/AVP 0\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		offer, err := Parse(body)
		if err != nil {
			return
		}
		again, err := Parse(offer.Append(nil))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if len(again.Media) != len(offer.Media) {
			t.Fatalf("%d lines written, %d read", len(offer.Media), len(again.Media))
		}
		answer, s, err := Answer(offer, local())
		if err != nil {
			return
		}
		if len(answer.Media) != len(offer.Media) {
			t.Fatalf("%d lines offered, %d answered", len(offer.Media), len(answer.Media))
		}
		if s.Send && !s.Remote.IsValid() {
			t.Fatal("sends to nowhere")
		}
		if s.Ptime < minPtime || s.Ptime > maxPtime {
			t.Fatalf("packets of %v", s.Ptime)
		}
		if _, err := Parse((&Author{}).Write(answer)); err != nil {
			t.Fatalf("the answer cannot be read: %v", err)
		}
	})
}
