package aec

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"intercom/media/align"
	"intercom/media/g722"
	"intercom/media/resample"
)

// sounds is where Debian's asterisk-core-sounds packages put their prompts.
const sounds = "/usr/share/asterisk/sounds"

// read returns seconds of a real talker's prompts at a rate, without what is silent between them; it skips the test where they are not
// installed.
func read(t *testing.T, talker string, skip int, seconds float64, rate int) []float64 {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(sounds, talker, "*.g722"))
	if len(files) < skip+100 {
		t.Skipf("no speech of %s under %s: install asterisk-core-sounds-en-g722, -es-g722, -it-g722 and -ru-g722", talker, sounds)
	}
	need := int(seconds * g722.Rate)
	var x []int16
	for _, name := range files[skip:] {
		octets, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		said := make([]int16, 2*len(octets))
		new(g722.Decoder).Decode(said, octets)
		if x = append(x, trimmed(said)...); len(x) >= need {
			break
		}
	}
	if len(x) < need {
		t.Skipf("only %d samples of %s under %s, want %d", len(x), talker, sounds, need)
	}
	down, err := resample.New(g722.Rate, rate)
	if err != nil {
		t.Fatal(err)
	}
	y := make([]int16, need)
	n := down.Process(y, x[:need])
	return scaled(floats(slices.Concat(y[:n], make([]int16, int(seconds*float64(rate))-n))), level)
}

// trimmed leaves out the silence before and after a prompt.
func trimmed(x []int16) []int16 {
	loud := func(v int16) bool { return v > 200 || v < -200 }
	first := slices.IndexFunc(x, loud)
	if first < 0 {
		return nil
	}
	last := len(x) - 1
	for !loud(x[last]) {
		last--
	}
	return x[first:last]
}

// conversations pair talkers of whom none was used to choose the constants, except the one who speaks English, who says
// something else here.
func conversations(t *testing.T, rate int) []scene {
	pairs, skip := [][2]string{
		{"es_MX_f_Allison", "it_IT_m_Carlo"}, {"it_IT_m_Carlo", "ru_RU_f_IvrvoiceRU"},
		{"ru_RU_f_IvrvoiceRU", "es_MX_f_Allison"}, {"en_US_f_Allison", "it_IT_m_Carlo"},
	}, 20
	if *tuning {
		pairs, skip = [][2]string{
			{"fr_CA_f_June", "en_US_f_Allison"}, {"en_US_f_Allison", "fr_CA_f_June"},
			{"fr_CA_f_June", "fr_CA_f_June"}, {"en_US_f_Allison", "en_US_f_Allison"},
		}, 100
	}
	var all []scene
	for i, pair := range pairs {
		all = append(all, scene{rate, uint64(skip/2 + i), read(t, pair[0], skip+10*i, 10, rate), read(t, pair[1], skip+40+10*i, 5, rate)})
	}
	return all
}

func TestRealTalkers(t *testing.T) {
	figures(t)
	var gone, both, loud, distorted, alone []float64
	for _, s := range conversations(t, 8000) {
		in, out := s.call(s.far, s.room(0.128, -6).echo(s.far, s.rate))
		gone = append(gone, erle(in[s.after(5):], out[s.after(5):]))
		sdr, l := doubleTalk(s, s.far, s.room(0.128, 0), 0)
		both, loud = append(both, sdr), append(loud, l)
		sdr, _ = doubleTalk(s, distort(s.far, 0.06), s.room(0.128, 0), 6)
		distorted = append(distorted, sdr)
		_, out = s.call(make([]float64, len(s.near)), s.near)
		sdr, _ = align.Projection(rounded(s.near), out, s.rate)
		alone = append(alone, sdr)
	}
	for _, c := range []struct {
		name string
		got  []float64
		want float64
	}{
		{"ERLE in dB", gone, 50}, {"SDR in dB, double talk", both, 20}, {"level in dB, double talk", loud, -1},
		{"SDR in dB, double talk under distorted echo 6 dB louder", distorted, 14}, {"SDR in dB, near talker alone", alone, 37},
	} {
		m := median(slices.Clone(c.got))
		t.Logf("%s: median %.2f of %.2f", c.name, m, c.got)
		if m < c.want || math.IsNaN(m) {
			t.Errorf("%s is %.2f in the median of %.2f, want at least %v", c.name, m, c.got, c.want)
		}
	}
}
