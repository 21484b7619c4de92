package g711

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// The ITU-T G.191 sweep: every 16-bit value once, the codes that it must become and the values that those must become.
const sweep = "../../../shared/data/itu/g711"

func TestITUSweep(t *testing.T) {
	src := readWords(t, "sweep.src")
	for _, law := range laws {
		wantCodes, wantBack := readWords(t, law.codes), readWords(t, law.back)
		codes, back := make([]byte, len(src)), make([]int16, len(src))
		law.encode(codes, src)
		law.decode(back, codes)
		for i, s := range src {
			if codes[i] != byte(wantCodes[i]) {
				t.Fatalf("%s: sample %d is code %#02x, want %#02x", law.name, s, codes[i], wantCodes[i])
			}
			if back[i] != wantBack[i] {
				t.Fatalf("%s: sample %d comes back as %d, want %d", law.name, s, back[i], wantBack[i])
			}
		}
	}
}

var laws = []struct {
	name, codes, back string
	encode            func([]byte, []int16)
	decode            func([]int16, []byte)
	silence           byte
	minusZero         byte // the code of -1, which µ-law alone cannot tell from 0 after decoding
	largest           int16
	steps             []int16 // the first positive values, quietest first
}{
	{"A-law", "sweep-r.a", "sweep-r.a-a", EncodeA, DecodeA, SilenceA, 0x55, 32256,
		[]int16{8, 24, 40, 56, 72, 88, 104, 120, 136, 152, 168, 184, 200, 216, 232, 248, 264, 280}},
	{"µ-law", "sweep-r.u", "sweep-r.u-u", EncodeU, DecodeU, SilenceU, 0x7F, 32124,
		[]int16{0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 132, 148}},
}

// Every code survives the way to linear and back; only µ-law's minus zero has no linear value of its own.
func TestEveryCodeSurvives(t *testing.T) {
	for _, law := range laws {
		for c := range 256 {
			linear, code := make([]int16, 1), make([]byte, 1)
			law.decode(linear, []byte{byte(c)})
			law.encode(code, linear)
			want := byte(c)
			if linear[0] == 0 {
				want = law.silence
			}
			if code[0] != want {
				t.Errorf("%s: code %#02x means %d, which is code %#02x", law.name, c, linear[0], code[0])
			}
		}
	}
}

// A code's inverse sign bit is the negative value, the codes rise with the values, and the nearest value is chosen.
func TestLawsAreOddMonotonicAndNearest(t *testing.T) {
	for _, law := range laws {
		values, mirrored := make([]int16, 1<<15), make([]int16, 1<<15)
		for i := range values {
			values[i], mirrored[i] = int16(i), ^int16(i)
		}
		there, back := roundTrip(law.encode, law.decode, values)
		_, below := roundTrip(law.encode, law.decode, mirrored)
		for i := range values {
			if below[i] != -back[i] {
				t.Fatalf("%s: %d becomes %d but %d becomes %d", law.name, values[i], back[i], mirrored[i], below[i])
			}
			if i > 0 && back[i] < back[i-1] {
				t.Fatalf("%s: %d becomes less than %d does", law.name, i, i-1)
			}
		}
		if there[0] != law.silence || back[len(back)-1] != law.largest {
			t.Errorf("%s: zero is %#02x and full scale %d, want %#02x and %d", law.name, there[0], back[len(back)-1], law.silence, law.largest)
		}
		code := make([]byte, 1)
		if law.encode(code, []int16{-1}); code[0] != law.minusZero {
			t.Errorf("%s: -1 is %#02x, want %#02x", law.name, code[0], law.minusZero)
		}
	}
}

// The quietest values, whose steps differ between the laws and between the first segments.
func TestFirstSegments(t *testing.T) {
	for _, law := range laws {
		code, linear := make([]byte, 1), make([]int16, 1)
		law.encode(code, []int16{0})
		first := code[0]
		for i, want := range law.steps {
			c := first - byte(i) // µ-law counts down from 0xFF
			if law.name == "A-law" {
				c = (first ^ 0x55 + byte(i)) ^ 0x55
			}
			if law.decode(linear, []byte{c}); linear[0] != want {
				t.Errorf("%s: step %d is %d, want %d", law.name, i, linear[0], want)
			}
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	pcm, codes := make([]int16, 160), make([]byte, 160)
	for _, law := range laws {
		if n := testing.AllocsPerRun(100, func() { law.encode(codes, pcm); law.decode(pcm, codes) }); n != 0 {
			t.Errorf("%s: %v allocations a frame, want none", law.name, n)
		}
	}
}

func BenchmarkFrame(b *testing.B) {
	pcm, codes := make([]int16, 160), make([]byte, 160) // 20 ms
	for i := range pcm {
		pcm[i] = int16(i * 401)
	}
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"EncodeA", func() { EncodeA(codes, pcm) }}, {"DecodeA", func() { DecodeA(pcm, codes) }},
		{"EncodeU", func() { EncodeU(codes, pcm) }}, {"DecodeU", func() { DecodeU(pcm, codes) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.run()
			}
		})
	}
}

func roundTrip(encode func([]byte, []int16), decode func([]int16, []byte), src []int16) ([]byte, []int16) {
	codes, back := make([]byte, len(src)), make([]int16, len(src))
	encode(codes, src)
	decode(back, codes)
	return codes, back
}

// readWords reads one file of the sweep: 16-bit little-endian words, one a sample or one a code.
func readWords(t *testing.T, name string) []int16 {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(sweep, name))
	if os.IsNotExist(err) {
		t.Skipf("the ITU-T sweep vectors are not at %s; the inline tests still check every code", sweep)
	}
	if err != nil {
		t.Fatal(err)
	}
	words := make([]int16, len(raw)/2)
	for i := range words {
		words[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return words
}
