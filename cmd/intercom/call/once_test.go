package call

import (
	"testing"
	"time"
)

func TestAKeyByTwoWaysCountsOnce(t *testing.T) {
	type heard struct {
		ms  int
		key byte
		way string
	}
	for _, tt := range []struct {
		name  string
		heard []heard
		want  string
	}{
		{"one way", []heard{{0, '4', "info"}, {10, '4', "info"}, {20, '2', "info"}}, "442"},
		{"both ways at once", []heard{{0, '4', "rfc4733"}, {0, '4', "info"}}, "4"},
		{"the other way round", []heard{{0, '4', "info"}, {200, '4', "rfc4733"}}, "4"},
		{"too far apart", []heard{{0, '4', "info"}, {201, '4', "rfc4733"}}, "44"},
		{"different keys", []heard{{0, '4', "info"}, {20, '2', "rfc4733"}}, "42"},
		{"twice by both ways", []heard{{0, '4', "rfc4733"}, {90, '4', "rfc4733"}, {100, '4', "info"}, {190, '4', "info"}}, "44"},
		{"twice by one way, once by the other", []heard{{0, '4', "rfc4733"}, {50, '4', "info"}, {120, '4', "rfc4733"}}, "44"},
		{"three ways", []heard{{0, '4', "inband"}, {50, '4', "info"}, {100, '4', "rfc4733"}}, "4"},
		{"sound and name of one key", []heard{{0, '4', "inband"}, {600, '4', "info"}}, "4"},
		{"the sound of a key that was named", []heard{{0, '4', "rfc4733"}, {400, '4', "inband"}}, "4"},
		{"sound alone", []heard{{0, '4', "inband"}, {150, '4', "inband"}, {300, '2', "inband"}}, "442"},
		{"a telephone that names its keys is not heard by its sound", []heard{{0, '4', "info"}, {5000, '2', "inband"}}, "4"},
		{"a code that is typed fast", []heard{
			{0, '1', "rfc4733"}, {60, '1', "info"}, {100, '1', "rfc4733"}, {160, '1', "info"}, {200, '2', "rfc4733"}, {260, '2', "info"},
		}, "112"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var o once
			var got string
			begin := time.Unix(0, 0)
			for _, h := range tt.heard {
				if o.counts(begin.Add(time.Duration(h.ms)*time.Millisecond), h.key, h.way) {
					got += string(h.key)
				}
			}
			if got != tt.want {
				t.Errorf("counted %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOldPressesAreForgotten(t *testing.T) {
	var o once
	for i := range 1000 {
		o.counts(time.Unix(0, 0).Add(time.Duration(i)*10*time.Millisecond), '4', "info")
	}
	if len(o.presses) > 71 {
		t.Errorf("%d presses are kept", len(o.presses))
	}
}
