package sdp

import "testing"

func TestObjectionNamesWhatDidNotSuit(t *testing.T) { // RFC 3261 §20.43
	for _, tt := range []struct {
		name  string
		lines []string
		want  int
	}{
		{"no line at all", nil, 304},
		{"no audio", []string{"m=video 4000 RTP/AVP 96"}, 304},
		{"audio that is switched off", []string{"m=audio 0 RTP/AVP 8"}, 304},
		{"codecs that nobody has", []string{"m=video 4000 RTP/AVP 96", "m=audio 4002 RTP/AVP 18"}, 305},
		{"an address of the other family", []string{"m=audio 4002 RTP/AVP 18", "m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:db8::9"}, 301},
		{"a host name", []string{"m=audio 4000 RTP/AVP 8", "c=IN IP4 phone.example.net", "m=audio 4002 RTP/AVP 18"}, 301},
		{"a profile that nobody has", []string{"m=audio 4002 RTP/AVP 18", "m=audio 4000 UDP/X 8"}, 302},
	} {
		if code, text := Objection(described(t, tt.lines...), local()); code != tt.want || text == "" {
			t.Errorf("%s: got %d %q, want %d", tt.name, code, text, tt.want)
		}
	}
}
