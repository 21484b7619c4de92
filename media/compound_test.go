package media

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
)

func TestCompoundPackets(t *testing.T) {
	about := func(ssrc uint32) *rtcp.ReceiverReport {
		return &rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: ssrc, FractionLost: 64}}}
	}
	pack := func(packets ...rtcp.Packet) []byte {
		data, err := rtcp.Marshal(packets)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	good := pack(about(9))
	for name, c := range map[string]struct {
		data []byte
		want bool
	}{
		"a report":                      {good, true},
		"feedback on pictures after it": {pack(about(9), &rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: 9}), true},
		"a type of tomorrow after it":   {append(pack(about(9)), 0x80, 219, 0, 1, 1, 2, 3, 4), true},
		"and a report after that":       {append(append(pack(about(8)), 0x80, 219, 0, 0), good...), true},
		"feedback first":                {append([]byte{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 9}, good...), false},
		"a length beyond the end":       {append(pack(about(9)), 0x80, 219, 0, 2, 1, 2, 3, 4), false},
		"half a header after it":        {append(pack(about(9)), 0x80, 219), false},
		"another version after it":      {append(pack(about(9)), 0x40, 219, 0, 0), false},
		"more reports said than there":  {append([]byte{0x9f}, good[1:]...), false},
		"nothing":                       {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			var r reporter
			if got := r.take(time.Time{}, 9, c.data); got != c.want {
				t.Fatalf("taken %v, want %v", got, c.want)
			}
			if want := map[bool]float64{true: 0.25, false: 0}[c.want]; r.fraction != want {
				t.Errorf("the loss is %v, want %v", r.fraction, want)
			}
		})
	}
}
