package level

import (
	"math"
	"testing"
)

func TestLevels(t *testing.T) {
	sine := make([]int16, 8000)
	for i := range sine {
		sine[i] = int16(math.Round(16384 * math.Sin(2*math.Pi*440*float64(i)/8000)))
	}
	for name, c := range map[string]struct {
		block []int16
		want  float64
	}{
		"a sine of half the scale":  {sine, -6.02},
		"a square of the full one":  {[]int16{-32768, -32768}, 3.01},
		"silence":                   {make([]int16, 80), -120},
		"no samples at all":         {nil, -120},
		"the least that there is":   {[]int16{1, -1}, -87.3},
		"one sample among a second": {append([]int16{32767}, make([]int16, 7999)...), -36.02},
	} {
		if got := DBFS(Power(c.block)); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%s: %.2f dBFS, want %.2f", name, got, c.want)
		}
	}
}
