package g722

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// The ITU-T's speech (G.191 software tools) with its codes and its decoding in modes 1 to 3, and the checksums of libg722, whose
// files also overload both bands and try the lower band alone, without the quadrature mirror filters.
const (
	itu     = "../../../shared/data/itu/g722"
	libg722 = "../../../shared/data/itu/libg722"
)

func TestITUSpeechIsEncodedBitExact(t *testing.T) {
	src, want := readWords(t, itu, "inpsp.bin"), readCodes(t)
	got := encode(src)
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("octet %d is %#02x, want %#02x", i, got[i], want[i])
		}
	}
}

func TestITUSpeechIsDecodedBitExactInAllModes(t *testing.T) {
	codes := readCodes(t)
	for mode := 1; mode <= 3; mode++ {
		want := readWords(t, itu, fmt.Sprintf("outsp%d.bin", mode))
		d, got := Decoder{drop: mode - 1}, make([]int16, 2*len(codes))
		d.Decode(got, codes)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("mode %d: sample %d is %d, want %d", mode, i, got[i], want[i])
			}
		}
	}
}

func TestLibg722Checksums(t *testing.T) {
	speech, loud := readFile(t, libg722, "test.g722"), readFile(t, libg722, "fullscale.g722")
	noise := swapped(readFile(t, libg722, "pcminb.dat"))
	narrow := decodeLowAlone(speech, 0)
	wide := encode(words(noise))
	for _, c := range []struct {
		name string
		got  []byte
		want string // SHA-256
	}{
		{"speech", octets(decode(speech)), "a886f22d37ecd356e1963072bc481ed2c5dd12539428188d9779d33a520f3ff8"},
		{"speech, lower band alone", octets(narrow), "8eb29e8e9feb9709d96c7bbda37cbb2f77510fcfab2d1f48a495178cd2231253"},
		{"speech, lower band alone, again", encodeLowAlone(narrow), "cb8edfaa7b5a85384dde8e0c9976f5247294732d6caf32c07b94510fc8844403"},
		{"overload", octets(decode(loud)), "e70c92cd2068d112839db12bfaa787cc0ea9a809b64fbf62fd78b6041cd9fbcc"},
		{"noise", wide, "fc0abeb220fc66fc7d5429758dff26b56bdc9e2d64ce701a5b2489ba3a2fb877"},
		{"noise, decoded", swapped(octets(decode(wide))), "6f80f1635a58a9352b1a31357f6f3feea4459953df34d6d275167f4c3e8cc967"},
	} {
		if got := sha256.Sum256(c.got); hex.EncodeToString(got[:]) != c.want {
			t.Errorf("%s: SHA-256 %x, want %s", c.name, got, c.want)
		}
	}
}

// The same file with its octets the other way round is noise beyond full scale. libg722 leaves out the limit to 15 bits that
// blocks RECA and RECB put on the bands; with the limit left out here too, all its checksums are met in all modes.
func TestLibg722ChecksumsBeyondFullScale(t *testing.T) {
	noise := words(readFile(t, libg722, "pcminb.dat"))
	low, wide := encodeLowAlone(noise), encodeUnlimited(noise)
	if bytes.Equal(wide, encode(noise)) {
		t.Error("the bands are not limited to 15 bits")
	}
	for _, c := range []struct {
		name             string
		codes            []byte
		drop             int
		decode           func([]byte, int) []int16
		encoded, decoded string // MD5
	}{
		{"64000_8000", low, 0, decodeLowAlone, "612eeec58deab960a5d1ab4e7fb052da", "ad6b2fbb9ea0c4e58752b9eb11652f33"},
		{"56000_8000", low, 1, decodeLowAlone, "da5a9a2343a3d3b09cb434047b93920a", "c923fc53e9834f31ab5bc6c5c09c0b8a"},
		{"48000_8000", low, 2, decodeLowAlone, "05d8a9865cd06e8c3c82640089cf026c", "ceba1bb19b8b890cf9f568e3d6f064e1"},
		{"64000_16000", wide, 0, decodeMode, "7b09168395cd17c69fd4f3c39c288781", "11a9661b59beeae7d520c38e1a3524e4"},
		{"56000_16000", wide, 1, decodeMode, "be0740f34765df5cadc7a7cd71b9ee69", "c2560c5b9108f29f491a059dcae45fd8"},
		{"48000_16000", wide, 2, decodeMode, "c86ba80766067d05656878bd50feecc1", "c230245d5c4896e985c1c023c6a05948"},
	} {
		short := make([]byte, len(c.codes)) // libg722 packs what is left of an octet to the right
		for i, code := range c.codes {
			short[i] = code >> c.drop
		}
		if got := md5.Sum(short); hex.EncodeToString(got[:]) != c.encoded {
			t.Errorf("%s: encoded MD5 %x, want %s", c.name, got, c.encoded)
		}
		if got := md5.Sum(octets(c.decode(c.codes, c.drop))); hex.EncodeToString(got[:]) != c.decoded {
			t.Errorf("%s: decoded MD5 %x, want %s", c.name, got, c.decoded)
		}
	}
}

func encodeUnlimited(src []int16) []byte {
	var e Encoder
	dst := make([]byte, len(src)/2)
	for i := range dst {
		e.in[taps-2], e.in[taps-1] = int32(src[2*i]), int32(src[2*i+1])
		newer, older := e.in.sums(0)
		dst[i] = e.pair((newer+older)>>14, (newer-older)>>14)
		e.in.keep(1)
	}
	return dst
}

// encodeLowAlone takes every sample as one of the lower band; the higher band's bits are set.
func encodeLowAlone(src []int16) []byte {
	var b band
	dst := make([]byte, len(src))
	for i, s := range src {
		dst[i] = 0xC0 | b.encodeLow(int32(s)>>1)
	}
	return dst
}

func decodeLowAlone(src []byte, drop int) []int16 {
	var b band
	dst := make([]int16, len(src))
	for i, c := range src {
		dst[i] = int16(b.decodeLow(c&0x3F, drop) << 1)
	}
	return dst
}

func decodeMode(src []byte, drop int) []int16 {
	d, dst := Decoder{drop: drop}, make([]int16, 2*len(src))
	d.Decode(dst, src)
	return dst
}

// readCodes reads the ITU-T's codes, one in every 16-bit word.
func readCodes(t *testing.T) []byte {
	t.Helper()
	var codes []byte
	for _, w := range readWords(t, itu, "codspw.cod") {
		codes = append(codes, byte(w))
	}
	return codes
}

func readWords(t *testing.T, dir, name string) []int16 {
	t.Helper()
	return words(readFile(t, dir, name))
}

func readFile(t *testing.T, dir, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		t.Skipf("the vectors are not at %s; the inline checksums still cover every block", dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func words(raw []byte) []int16 {
	w := make([]int16, len(raw)/2)
	for i := range w {
		w[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return w
}

func octets(w []int16) []byte {
	raw := make([]byte, 0, 2*len(w))
	for _, s := range w {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(s))
	}
	return raw
}

func swapped(raw []byte) []byte {
	out := make([]byte, len(raw))
	for i := range raw {
		out[i] = raw[i^1]
	}
	return out
}
