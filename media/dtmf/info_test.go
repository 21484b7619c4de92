package dtmf

import (
	"strings"
	"testing"
	"time"
)

func TestParseInfo(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		want       Info
	}{
		{"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", Info{'5', 160 * time.Millisecond}},
		{"application/dtmf-relay", "Signal= #\nDuration= 250", Info{'#', 250 * time.Millisecond}},
		{"Application/DTMF-Relay; charset=utf-8", "signal=*\r\n", Info{'*', 0}},
		{"application/dtmf-relay", "Duration=100\r\nSIGNAL = d \r\n\r\n", Info{'D', 100 * time.Millisecond}},
		{"application/dtmf-relay", "Signal=11\r\nDuration=160", Info{'#', 160 * time.Millisecond}},
		{"application/dtmf-relay", "Signal=10", Info{'*', 0}},
		{"application/dtmf-relay", "Signal=12", Info{'A', 0}},
		{"application/dtmf-relay", "Signal=15", Info{'D', 0}},
		{"application/dtmf-relay", "X-Other=1\r\nnoise\r\nSignal=0\r\n", Info{'0', 0}},
		{"application/dtmf", "7", Info{'7', 0}},
		{"application/dtmf", "*\r\n", Info{'*', 0}},
	} {
		if got, err := ParseInfo(c.kind, []byte(c.body)); err != nil || got != c.want {
			t.Errorf("%s %q: %+v, %v; want %+v", c.kind, c.body, got, err, c.want)
		}
	}
}

func TestParseInfoSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{"application/dtmf-relay", "", "Signal=5"},
		{"application/dtmf-relay", "Duration=100\r\n", "no Signal"},
		{"application/dtmf-relay", "Signal=\r\n", "is no digit"},
		{"application/dtmf-relay", "Signal=16\r\n", `"16\r\n" is no digit`}, // hook flash
		{"application/dtmf-relay", "Signal=!\r\n", "is no digit"},
		{"application/dtmf-relay", "Signal=1\r\nSignal=2\r\n", "more than one"},
		{"application/dtmf-relay", "Signal=12345\r\n", "is no digit"},
		{"application/dtmf-relay", "Signal=5\r\nDuration=soon", `"soon"`},
		{"application/dtmf-relay", "Signal=5\r\nDuration=-1", "65535"},
		{"application/dtmf", "", "is no digit"},
		{"application/dtmf", "12 34", "is no digit"},
		{"application/dtmf", strings.Repeat("1", 600), "too long"},
		{"text/plain", "5", `"text/plain" carries no digit`},
		{"", "5", "Content-Type"},
	} {
		got, err := ParseInfo(c.kind, []byte(c.body))
		if err == nil || !strings.Contains(err.Error(), c.want) || got != (Info{}) {
			t.Errorf("%s %q: %+v, error %v; want one that says %s", c.kind, c.body, got, err, c.want)
		}
	}
}

func FuzzParseInfo(f *testing.F) {
	f.Add("application/dtmf-relay", []byte("Signal=5\r\nDuration=160\r\n"))
	f.Add("application/dtmf-relay; q=1", []byte("signal= 11\nSignal"))
	f.Add("application/dtmf", []byte("#"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		info, err := ParseInfo(kind, body)
		if err == nil && !strings.ContainsRune(digits, rune(info.Digit)) {
			t.Fatalf("%q %q yields %+v", kind, body, info)
		}
		if err != nil && info != (Info{}) {
			t.Fatalf("%q %q yields %+v beside an error", kind, body, info)
		}
		if info.Duration < 0 || info.Duration > 65535*time.Millisecond {
			t.Fatalf("%q %q lasts %v", kind, body, info.Duration)
		}
	})
}
