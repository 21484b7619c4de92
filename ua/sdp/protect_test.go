package sdp

import (
	"errors"
	"strings"
	"testing"
)

// keyed is the local side with SRTP and keys of an octet.
func keyed(p Protection, fill byte) Local {
	l := local()
	l.Protection = p
	for _, suite := range Suites() {
		l.Keys = append(l.Keys, Key{Suite: suite, Master: master(suite, fill)})
	}
	return l
}

// The lines of a peer's offer.
var (
	plainLine  = []string{"m=audio 4000 RTP/AVP 8"}
	secureLine = []string{"m=audio 4002 RTP/SAVP 8", "a=crypto:7 AES_CM_128_HMAC_SHA1_80 " + inline(AESCM128HMACSHA1x80, 'p')}
	// RFC 8643 §3.1: keys in the profile of plain RTP.
	mixedLine = []string{"m=audio 4004 RTP/AVP 8", "a=crypto:7 AES_CM_128_HMAC_SHA1_80 " + inline(AESCM128HMACSHA1x80, 'p')}
)

func with(line []string, more ...string) []string {
	return append(append([]string{}, line...), more...)
}

// What becomes of an offer under each policy: the lines answered, and whether
// the one taken is SRTP. "" is 488.
func TestProtectionOfAnswers(t *testing.T) {
	savp := func(fields ...string) []string { return append([]string{"m=audio 4002 RTP/SAVP 8"}, fields...) }
	gcm := "a=crypto:2 AEAD_AES_128_GCM " + inline(AEADAES128GCM, 'q')
	for _, tt := range []struct {
		name                           string
		offer                          []string
		off, optional, required, suite string
	}{
		{"plain", plainLine, "RTP/AVP", "RTP/AVP", "", ""},
		{"SRTP", secureLine, "", "RTP/SAVP", "RTP/SAVP", AESCM128HMACSHA1x80},
		{"opportunistic", mixedLine, "RTP/AVP", "RTP/AVP", "RTP/AVP", AESCM128HMACSHA1x80},
		{"plain, then SRTP", with(plainLine, secureLine...), "RTP/AVP -", "- RTP/SAVP", "- RTP/SAVP", AESCM128HMACSHA1x80},
		{"SRTP, then plain", with(secureLine, plainLine...), "- RTP/AVP", "RTP/SAVP -", "RTP/SAVP -", AESCM128HMACSHA1x80},
		{"video, SRTP", with([]string{"m=video 1 RTP/AVP 96"}, secureLine...), "", "- RTP/SAVP", "- RTP/SAVP", AESCM128HMACSHA1x80},
		{"SRTP without keys", savp(), "", "", "", ""},
		{"SRTP without keys, then plain", with(savp(), plainLine...), "- RTP/AVP", "- RTP/AVP", "", ""},
		{"a suite nobody has", savp("a=crypto:1 F8_128_HMAC_SHA1_80 " + inline(AESCM128HMACSHA1x80, 'p')), "", "", "", ""},
		{"the first that can be used", savp("a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:x", gcm, secureLine[1]), "", "RTP/SAVP", "RTP/SAVP", AEADAES128GCM},
		{"the first that is left, by a mandatory unknown", savp(secureLine[1]+" FOO=1", gcm), "", "RTP/SAVP", "RTP/SAVP", AEADAES128GCM},
		{"a tag twice", savp(gcm, strings.Replace(secureLine[1], ":7", ":2", 1)), "", "RTP/SAVP", "RTP/SAVP", AEADAES128GCM},
		{"our own key", savp("a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + inline(AESCM128HMACSHA1x80, 'o')), "", "", "", ""},
		{"keys for the whole session", with(savp(), "m=text 1 RTP/AVP 98", secureLine[1]), "", "", "", ""},
		{"SRTP with feedback", []string{"m=audio 4000 RTP/SAVPF 8", secureLine[1]}, "", "", "", ""},
		{"feedback", []string{"m=audio 4000 RTP/AVPF 8"}, "", "", "", ""},
		{"feedback, then plain", with([]string{"m=audio 4000 RTP/AVPF 8"}, plainLine...), "- RTP/AVP", "- RTP/AVP", "", ""},
		{"DTLS", []string{"m=audio 4000 UDP/TLS/RTP/SAVPF 8", "a=fingerprint:sha-256 00"}, "", "", "", ""},
		{"DTLS, then plain", with([]string{"m=audio 4000 UDP/TLS/RTP/SAVPF 8"}, plainLine...), "- RTP/AVP", "- RTP/AVP", "", ""},
		{"an unknown profile", []string{"m=audio 4000 RAW/RAVP 8"}, "", "", "", ""},
	} {
		for policy, want := range []string{tt.off, tt.optional, tt.required} {
			l := keyed(Protection(policy), 'o')
			answer, s, err := Answer(described(t, tt.offer...), l)
			if got := profiles(answer); got != want {
				t.Errorf("%s, policy %d: answered %q, want %q", tt.name, policy, got, want)
			}
			if (err != nil) != (want == "") || err != nil && !errors.Is(err, ErrNotAcceptable) {
				t.Errorf("%s, policy %d: %v", tt.name, policy, err)
			}
			if possible := Possible(described(t, tt.offer...), Local{Addr: l.Addr, Protection: l.Protection}); possible != (want != "") && tt.name != "our own key" {
				t.Errorf("%s, policy %d: possible is %v", tt.name, policy, possible)
			}
			suite := tt.suite
			if policy == 0 {
				suite = ""
			}
			if want != "" && s.Keys.Send.Suite != suite {
				t.Errorf("%s, policy %d: suite %q, want %q", tt.name, policy, s.Keys.Send.Suite, suite)
			}
		}
	}
}

// profiles lists the profile of every line that is on.
func profiles(d *Description) string {
	if d == nil {
		return ""
	}
	var out []string
	for _, m := range d.Media {
		if m.Port == 0 {
			out = append(out, "-")
		} else {
			out = append(out, m.Proto)
		}
	}
	return strings.Join(out, " ")
}

// The answer repeats tag and suite of the line that it takes, with a key of its
// own (RFC 4568 §5.1.2); each side sends with the key that it has named.
func TestKeysOfAnAnswer(t *testing.T) {
	l := keyed(Opportunistic, 'o')
	answer, s, err := Answer(described(t, with(secureLine, "a=crypto:8 AES_CM_128_HMAC_SHA1_32 "+inline(AESCM128HMACSHA1x32, 'q'))...), l)
	if err != nil {
		t.Fatal(err)
	}
	text := string(answer.Append(nil))
	if want := "a=crypto:7 AES_CM_128_HMAC_SHA1_80 " + inline(AESCM128HMACSHA1x80, 'o') + "\r\n"; !strings.Contains(text, want) || strings.Count(text, "a=crypto") != 1 {
		t.Errorf("answered\n%s\nwant one line %s", text, want)
	}
	if s.Keys.Send.Master != master(AESCM128HMACSHA1x80, 'o') || s.Keys.Recv.Master != master(AESCM128HMACSHA1x80, 'p') {
		t.Error("the keys are in the wrong direction")
	}
	if _, s, err = Answer(described(t, secureLine[0], secureLine[1]+"|2^31|5:4"), l); err != nil || s.Keys.Recv.MKI != "\x00\x00\x00\x05" || s.Keys.Send.MKI != "" {
		t.Errorf("MKI %q and %q, %v", s.Keys.Recv.MKI, s.Keys.Send.MKI, err)
	}
	l.Keys = l.Keys[2:] // not that of the suite
	if _, _, err = Answer(described(t, secureLine...), l); !errors.Is(err, ErrNotAcceptable) {
		t.Errorf("without a key for the suite: %v", err)
	}
}

func TestProtectionOfOffers(t *testing.T) {
	without := func(p Protection) Local { l := keyed(p, 'o'); l.Keys = nil; return l }
	for _, tt := range []struct {
		name    string
		local   Local
		profile string
		keys    int
	}{
		{"off", keyed(Unprotected, 'o'), "RTP/AVP", 0},
		{"optional", keyed(Opportunistic, 'o'), "RTP/AVP", 3},
		{"optional, where keys could be read", without(Opportunistic), "RTP/AVP", 0},
		{"required", keyed(Mandatory, 'o'), "RTP/SAVP", 3},
		{"required, and there are no keys", without(Mandatory), "RTP/SAVP", 0},
	} {
		offer := Offer(tt.local, nil)
		if got := profiles(offer); got != tt.profile || len(offer.Media[0].cryptos()) != tt.keys {
			t.Errorf("%s: offered %q with %d keys, want %q with %d", tt.name, got, len(offer.Media[0].cryptos()), tt.profile, tt.keys)
		}
	}
}

// What becomes of our offer by the peer's answer. "" is a plain stream.
func TestProtectionByAnswers(t *testing.T) {
	const refused = "refused"
	crypto := func(tag, suite string, fill byte) string {
		return "a=crypto:" + tag + " " + suite + " " + inline(suite, fill)
	}
	first := crypto("1", AESCM128HMACSHA1x80, 'p')
	for _, tt := range []struct {
		name                    string
		answer                  []string
		off, optional, required string
	}{
		{"plain", plainLine, "", "", refused},
		{"SRTP", []string{"m=audio 4000 RTP/SAVP 8", first}, refused, AESCM128HMACSHA1x80, AESCM128HMACSHA1x80},
		{"keys in RTP/AVP", []string{"m=audio 4000 RTP/AVP 8", first}, "", AESCM128HMACSHA1x80, AESCM128HMACSHA1x80},
		{"the second suite", with(plainLine, crypto("2", AEADAES128GCM, 'p')), "", AEADAES128GCM, AEADAES128GCM},
		{"a tag that was not offered", with(plainLine, crypto("4", AEADAES128GCM, 'p')), "", refused, refused},
		{"the suite of another tag", with(plainLine, crypto("1", AEADAES128GCM, 'p')), "", refused, refused},
		{"a key that cannot be read", with(plainLine, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA"), "", refused, refused},
		{"a mandatory unknown", with(plainLine, first+" FOO"), "", refused, refused},
		{"our own key sent back", with(plainLine, crypto("1", AESCM128HMACSHA1x80, 'o')), "", refused, refused},
		{"SRTP without keys", []string{"m=audio 4000 RTP/SAVP 8"}, refused, refused, refused},
		{"another profile", []string{"m=audio 4000 RTP/SAVPF 8", first}, refused, refused, refused},
		{"refused", []string{"m=audio 0 RTP/SAVP 8"}, refused, refused, refused},
	} {
		for policy, want := range []string{tt.off, tt.optional, tt.required} {
			l := keyed(Protection(policy), 'o')
			s, err := Accept(Offer(l, nil), l, described(t, tt.answer...))
			switch {
			case want == refused:
				if !errors.Is(err, ErrNotAcceptable) {
					t.Errorf("%s, policy %d: %+v, %v", tt.name, policy, s, err)
				} else if strings.Contains(err.Error(), "AAAA") {
					t.Errorf("%s: the key is shown: %v", tt.name, err)
				}
			case err != nil || s.Keys.Recv.Suite != want || s.Keys.Send.Suite != want:
				t.Errorf("%s, policy %d: suites %q and %q, %v; want %q", tt.name, policy, s.Keys.Send.Suite, s.Keys.Recv.Suite, err, want)
			case want != "" && (s.Keys.Send.Master != master(want, 'o') || s.Keys.Recv.Master != master(want, 'p')):
				t.Errorf("%s, policy %d: the keys are in the wrong direction", tt.name, policy)
			}
		}
	}
}

// A line that the peer offered as RTP/SAVP stays so in our offers, and keeps its
// keys.
func TestOfferWithinASecureCall(t *testing.T) {
	l := keyed(Opportunistic, 'o')
	answer, _, err := Answer(described(t, with([]string{"m=video 1 RTP/AVP 96"}, secureLine...)...), l)
	if err != nil {
		t.Fatal(err)
	}
	l.Direction = SendOnly
	offer := Offer(l, answer)
	if got := profiles(offer); got != "- RTP/SAVP" {
		t.Errorf("offered %q", got)
	}
	if first := offer.Media[1].cryptos()[0].Key; first != l.Keys[0] {
		t.Errorf("the key has changed")
	}
}

func TestMux(t *testing.T) { // RFC 5761 §5.1.1
	for _, tt := range []struct {
		name  string
		lines []string
		mux   bool
	}{
		{"asked", with(plainLine, "a=rtcp-mux"), true},
		{"not asked", plainLine, false},
		{"for the session alone", with([]string{"a=rtcp-mux"}, plainLine...), false},
		{"with a payload type that looks like RTCP", []string{"m=audio 4000 RTP/AVP 72", "a=rtpmap:72 PCMA/8000", "a=rtcp-mux"}, false},
		{"with events that look like RTCP", with([]string{"m=audio 4000 RTP/AVP 8 95", "a=rtpmap:95 telephone-event/8000"}, "a=rtcp-mux"), false},
	} {
		answer, s, err := Answer(described(t, tt.lines...), local())
		if err != nil {
			t.Fatal(err)
		}
		if _, said := get(answer.Media[0].Attributes, "rtcp-mux"); said != tt.mux || s.Mux != tt.mux {
			t.Errorf("%s: answered %v, session %v", tt.name, said, s.Mux)
		}
		l := local()
		l.Mux = true
		if s, err = Accept(Offer(l, nil), l, described(t, tt.lines...)); err != nil || s.Mux != (tt.name == "asked" || strings.HasPrefix(tt.name, "with")) {
			t.Errorf("%s, as an answer: %v, %v", tt.name, s.Mux, err)
		}
		if s, err = Accept(Offer(local(), nil), local(), described(t, tt.lines...)); err != nil || s.Mux {
			t.Errorf("%s, as an answer to an offer without: %v, %v", tt.name, s.Mux, err)
		}
	}
}

func TestComfortNoise(t *testing.T) { // RFC 3389 §4
	l := local()
	l.Formats = append(l.Formats, Format{PayloadType: 13, Name: "CN", ClockRate: 8000})
	for _, tt := range []struct {
		lines []string
		noise uint8
		want  string
	}{
		{[]string{"m=audio 4000 RTP/AVP 8 13"}, 13, "8 13"},
		{[]string{"m=audio 4000 RTP/AVP 13 8 97 98 101", "a=rtpmap:97 CN/16000", "a=rtpmap:98 telephone-event/16000", "a=rtpmap:101 telephone-event/8000"}, 13, "8 13 101"},
		{[]string{"m=audio 4000 RTP/AVP 8 97", "a=rtpmap:97 CN/8000"}, 97, "8 97"},
		{[]string{"m=audio 4000 RTP/AVP 8 97", "a=rtpmap:97 CN/32000"}, 0, "8"},
		{plainLine, 0, "8"},
	} {
		answer, s, err := Answer(described(t, tt.lines...), l)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(answer.Media[0].Formats, " "); got != tt.want || s.Noise != tt.noise {
			t.Errorf("%q: answered %q, noise %d", tt.lines, got, s.Noise)
		}
		if s, err = Accept(Offer(l, nil), l, described(t, tt.lines...)); err != nil || s.Noise != tt.noise {
			t.Errorf("%q, as an answer: noise %d, %v", tt.lines, s.Noise, err)
		}
	}
	if _, _, err := Answer(described(t, "m=audio 4000 RTP/AVP 13"), l); !errors.Is(err, ErrNotAcceptable) {
		t.Errorf("noise alone: %v", err)
	}
	if _, s, _ := Answer(described(t, "m=audio 4000 RTP/AVP 8 13"), local()); s.Noise != 0 {
		t.Errorf("noise %d though we have none", s.Noise)
	}
}

// The packet lengths are said both ways, whatever else a line says.
func TestPacketLengths(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  int64
	}{
		{nil, 20},
		{[]string{"a=ptime:30", "a=x-unknown", "a=:", "a=", "a=rtpmap:8", "b=AS:64", "k=clear:x", "z=0 0"}, 30},
		{[]string{"a=ptime:40", "a=maxptime:20"}, 20},
		{[]string{"a=ptime:500"}, 60},
		{[]string{"a=ptime:0"}, 20},
		{[]string{"a=ptime:no"}, 20},
		{[]string{"a=maxptime:5"}, 10},
	} {
		answer, s, err := Answer(described(t, with(plainLine, tt.lines...)...), local())
		if err != nil || s.Ptime.Milliseconds() != tt.want {
			t.Errorf("%q: packets of %v, %v", tt.lines, s.Ptime, err)
			continue
		}
		ptime, _ := get(answer.Media[0].Attributes, "ptime")
		longest, _ := get(answer.Media[0].Attributes, "maxptime")
		if ptime != "20" || longest != "60" {
			t.Errorf("answered with ptime %q and maxptime %q", ptime, longest)
		}
	}
}
