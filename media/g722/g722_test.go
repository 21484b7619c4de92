package g722

import (
	"bytes"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Checksums of signals that need no file, taken when all the ITU-T's vectors were met: tones that glide through both bands, noise
// that rises from nothing to beyond full scale and falls silent again, and every octet after every other.
func TestInlineChecksums(t *testing.T) {
	glide, noise, all := glide(), swell(), everyPair()
	for _, c := range []struct {
		name string
		got  []byte
		want uint32
	}{
		{"glide", encode(glide), 0xde0da9db},
		{"glide, decoded", octets(decode(encode(glide))), 0x5528db8c},
		{"noise", encode(noise), 0x92182585},
		{"noise, decoded", octets(decode(encode(noise))), 0x59282b31},
		{"every pair", octets(decodeMode(all, 0)), 0xa3d3e235},
		{"every pair, 7 bits", octets(decodeMode(all, 1)), 0xe7809cb2},
		{"every pair, 6 bits", octets(decodeMode(all, 2)), 0x394ddd5f},
	} {
		if got := crc32.ChecksumIEEE(c.got); got != c.want {
			t.Errorf("%s: checksum %#08x, want %#08x", c.name, got, c.want)
		}
	}
}

// What comes out is what went in, 22 samples later: the quadrature mirror filters' delay.
func TestTonesComeBack(t *testing.T) {
	for _, c := range []struct{ hz, snr float64 }{{100, 55}, {440, 50}, {1000, 42}, {2500, 42}, {3400, 30}, {4600, 22}, {6000, 22}, {7000, 18}} {
		src := make([]int16, Rate)
		for i := range src {
			src[i] = int16(math.Round(8000 * math.Sin(2*math.Pi*c.hz*float64(i)/Rate)))
		}
		got := decode(encode(src))
		var signal, noise float64
		for i := 1600; i < len(src); i++ {
			d := float64(got[i]) - float64(src[i-22])
			signal, noise = signal+float64(src[i-22])*float64(src[i-22]), noise+d*d
		}
		snr := 10 * math.Log10(signal/noise)
		t.Logf("%.0f Hz: %.1f dB", c.hz, snr)
		if snr < c.snr {
			t.Errorf("%.0f Hz comes back with a signal-to-noise ratio of %.1f dB, want %.0f", c.hz, snr, c.snr)
		}
	}
}

func TestSilenceStaysSilent(t *testing.T) {
	for i, s := range decode(encode(make([]int16, Rate))) {
		if s < -4 || s > 4 {
			t.Fatalf("silence decodes to %d at sample %d", s, i)
		}
	}
}

func TestAnyChunking(t *testing.T) {
	src := swell()[:4000]
	codes := encode(src)
	pcm := decode(codes)
	random := rand.New(rand.NewPCG(1, 2))
	var e Encoder
	var d Decoder
	for at := 0; at < len(codes); {
		n := min(random.IntN(3*chunk), len(codes)-at)
		part, sound := make([]byte, n), make([]int16, 2*n)
		e.Encode(part, src[2*at:2*(at+n)])
		d.Decode(sound, part)
		if !bytes.Equal(part, codes[at:at+n]) || !slices.Equal(sound, pcm[2*at:2*(at+n)]) {
			t.Fatalf("octets %d to %d differ from those made in one call", at, at+n)
		}
		at += n
	}
}

func TestAnOddSampleIsLeftOut(t *testing.T) {
	var e Encoder
	dst := []byte{7, 7}
	if e.Encode(dst, []int16{100, -100, 100}); dst[1] != 7 {
		t.Error("an octet was written for half a pair")
	}
	if e.Encode(nil, []int16{1}); e.in[taps-3] != -100 {
		t.Error("a sample alone changed the encoder's past")
	}
}

func TestNothingIsAllocated(t *testing.T) {
	var e Encoder
	var d Decoder
	pcm, codes := make([]int16, 320), make([]byte, 160)
	if n := testing.AllocsPerRun(100, func() { e.Encode(codes, pcm); d.Decode(pcm, codes) }); n != 0 {
		t.Errorf("%v allocations a frame, want none", n)
	}
}

// Whatever octets come, all state stays within the Recommendation's bounds.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{0, 255, 0, 255}, uint8(0))
	f.Add(bytes.Repeat([]byte{0x5E, 0xB4, 0x04, 0xFF}, 200), uint8(1))
	f.Add(bytes.Repeat([]byte{0x84, 0xA0}, 300), uint8(2))
	f.Fuzz(func(t *testing.T, src []byte, drop uint8) {
		d, dst := Decoder{drop: int(drop % 3)}, make([]int16, 2*len(src))
		d.Decode(dst, src)
		for _, b := range []band{d.low, d.high} {
			if second := b.pole[1]; second < -12288 || second > 12288 || b.pole[0] > 15360-second || b.pole[0] < second-15360 {
				t.Fatalf("poles %v are not stable", b.pole)
			}
			if b.log < 0 || b.log > highLogMax || b.prediction != clip(b.prediction) {
				t.Fatalf("scale %d or prediction %d is out of bounds", b.log, b.prediction)
			}
		}
	})
}

func BenchmarkFrame(b *testing.B) { // 20 ms
	src := swell()[30000:30320]
	codes, pcm := encode(src), make([]int16, 320)
	b.Run("Encode", func(b *testing.B) {
		var e Encoder
		b.ReportAllocs()
		for b.Loop() {
			e.Encode(codes, src)
		}
	})
	b.Run("Decode", func(b *testing.B) {
		var d Decoder
		b.ReportAllocs()
		for b.Loop() {
			d.Decode(pcm, codes)
		}
	})
}

// glide is integer arithmetic only, so that it is the same on every machine: triangles of falling period.
func glide() []int16 {
	out := make([]int16, 0, 2*Rate)
	for period := 400; period >= 2; period-- {
		for i := range max(period, 64) {
			phase := i % period
			out = append(out, int16(24000*min(phase, period-phase)*2/period-12000))
		}
	}
	return out
}

func swell() []int16 {
	random := rand.New(rand.NewPCG(7, 22))
	out := make([]int16, 4*Rate)
	for i := range out {
		gain := min(i, len(out)-i) * 4
		out[i] = int16(clip(int32(random.IntN(1<<16)-1<<15) * int32(gain>>6) >> 10))
	}
	return out
}

// everyPair holds all 65536 pairs of octets.
func everyPair() []byte {
	var out []byte
	for a := range 256 {
		for b := range 256 {
			out = append(out, byte(a), byte(b))
		}
	}
	return out
}

func encode(src []int16) []byte {
	var e Encoder
	dst := make([]byte, len(src)/2)
	e.Encode(dst, src)
	return dst
}

func decode(src []byte) []int16 {
	var d Decoder
	dst := make([]int16, 2*len(src))
	d.Decode(dst, src)
	return dst
}
