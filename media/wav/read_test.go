package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// file builds a WAVE file from its chunks.
func file(chunks ...[]byte) []byte {
	body := slices.Concat(chunks...)
	return slices.Concat([]byte("RIFF"), le32(uint32(4+len(body))), []byte("WAVE"), body)
}

// chunkOf builds one chunk, padded to an even size.
func chunkOf(id string, body ...[]byte) []byte {
	content := slices.Concat(body...)
	c := slices.Concat([]byte(id), le32(uint32(len(content))), content)
	return append(c, make([]byte, len(content)%2)...)
}

func fmtChunk(tag, channels, rate, bits int, extension ...[]byte) []byte {
	frame := channels * bits / 8
	return chunkOf("fmt ", slices.Concat(append([][]byte{le16(tag), le16(channels), le32(uint32(rate)), le32(uint32(rate * frame)), le16(frame), le16(bits)}, extension...)...))
}

func le16(v int) []byte    { return binary.LittleEndian.AppendUint16(nil, uint16(v)) }
func le32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }

func pcm16(samples ...int16) (b []byte) {
	for _, s := range samples {
		b = append(b, le16(int(s))...)
	}
	return b
}

func wantSamples(t *testing.T, why string, in []byte, wantRate int, want ...int16) {
	t.Helper()
	got, rate, err := Read(bytes.NewReader(in))
	if err != nil || rate != wantRate || !slices.Equal(got, want) {
		t.Errorf("%s: %v at %d Hz, %v; want %v at %d Hz", why, got, rate, err, want, wantRate)
	}
}

func TestEncodings(t *testing.T) {
	f32 := func(v float64) []byte { return le32(math.Float32bits(float32(v))) }
	for _, c := range []struct {
		why       string
		tag, bits int
		data      []byte
		want      []int16
	}{
		{"8 bits, unsigned", tagPCM, 8, []byte{0, 0x80, 0x81, 0xFF}, []int16{-32768, 0, 256, 32512}},
		{"16 bits", tagPCM, 16, pcm16(-32768, -1, 0, 1, 32767), []int16{-32768, -1, 0, 1, 32767}},
		{"24 bits, rounded", tagPCM, 24, []byte{0, 0, 0x80, 0xFF, 0xFF, 0x7F, 0x7F, 1, 0, 0x80, 1, 0, 0, 0xFF, 0xFF}, []int16{-32768, 32767, 1, 2, -1}},
		{"32 bits, rounded", tagPCM, 32, slices.Concat(le32(0x80000000), le32(0x7FFFFFFF), le32(0x00018000), le32(0xFFFF0000)), []int16{-32768, 32767, 2, -1}},
		{"float", tagFloat, 32, slices.Concat(f32(-1), f32(0), f32(0.5), f32(1), f32(7), f32(math.NaN()), f32(math.Inf(-1))), []int16{-32768, 0, 16384, 32767, 32767, 0, -32768}},
		{"A-law", tagALaw, 8, []byte{0xD5, 0x55, 0xAA, 0x2A}, []int16{8, -8, 32256, -32256}},
		{"µ-law", tagMuLaw, 8, []byte{0xFF, 0x7F, 0x80, 0x00}, []int16{0, 0, 32124, -32124}},
	} {
		wantSamples(t, c.why, file(fmtChunk(c.tag, 1, 8000, c.bits), chunkOf("data", c.data)), 8000, c.want...)
	}
}

func TestChannelsAreMixedDown(t *testing.T) {
	stereo := chunkOf("data", pcm16(100, 300, -32768, -32768, 32767, 32767, 1, 2))
	wantSamples(t, "stereo", file(fmtChunk(tagPCM, 2, 44100, 16), stereo), 44100, 200, -32768, 32767, 2)
	wantSamples(t, "six channels", file(fmtChunk(tagPCM, 6, 48000, 16), chunkOf("data", pcm16(0, 60, 0, 0, 0, 0))), 48000, 10)
}

func TestExtensible(t *testing.T) {
	guid := func(tag int) []byte {
		return append(le16(tag), "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"...)
	}
	extension := func(tag int) []byte { return slices.Concat(le16(22), le16(16), le32(4), guid(tag)) }
	wantSamples(t, "PCM", file(fmtChunk(tagExtensible, 1, 16000, 16, extension(tagPCM)), chunkOf("data", pcm16(5, -5))), 16000, 5, -5)
	wantSamples(t, "µ-law", file(fmtChunk(tagExtensible, 1, 8000, 8, extension(tagMuLaw)), chunkOf("data", []byte{0x80})), 8000, 32124)
	wantFault(t, file(fmtChunk(tagExtensible, 1, 8000, 16), chunkOf("data")), "0xfffe")
}

func TestOtherChunksArePassedOver(t *testing.T) {
	wantSamples(t, "before, between and after", file(
		chunkOf("JUNK", make([]byte, 5001)), // of odd size, so padded
		fmtChunk(tagPCM, 1, 8000, 16, le16(0)),
		chunkOf("LIST", []byte("INFOISFT\x03\x00\x00\x00ab\x00")),
		chunkOf("fact", le32(2)),
		chunkOf("data", pcm16(7, 8)),
		chunkOf("LIST", []byte("garbage that is no sound")),
	), 8000, 7, 8)
}

func TestTruncatedAndOddFiles(t *testing.T) {
	whole := file(fmtChunk(tagPCM, 1, 8000, 16), chunkOf("data", pcm16(1, 2, 3, 4)))
	wantSamples(t, "cut off between samples", whole[:len(whole)-4], 8000, 1, 2)
	wantSamples(t, "cut off within a sample", whole[:len(whole)-3], 8000, 1, 2)
	wantSamples(t, "no samples", file(fmtChunk(tagPCM, 1, 8000, 16), chunkOf("data")), 8000)
	wantSamples(t, "no samples, then a chunk", file(fmtChunk(tagPCM, 1, 8000, 16), chunkOf("data"), chunkOf("LIST", make([]byte, 8))), 8000)
	wantSamples(t, "half a frame at the end", file(fmtChunk(tagPCM, 2, 8000, 16), chunkOf("data", pcm16(2, 4, 9))), 8000, 3)
	wantSamples(t, "something after the file", append(slices.Clone(whole), "more"...), 8000, 1, 2, 3, 4)

	streamed := slices.Clone(whole)
	copy(streamed[4:], le32(unknown))
	copy(streamed[40:], le32(unknown))
	wantSamples(t, "sizes never filled in", streamed, 8000, 1, 2, 3, 4)
	copy(streamed[4:], le32(0))
	copy(streamed[40:], le32(0))
	wantSamples(t, "sizes left at zero", streamed, 8000, 1, 2, 3, 4)
}

func TestFaultsAreNamed(t *testing.T) {
	data := chunkOf("data", pcm16(1))
	good := fmtChunk(tagPCM, 1, 8000, 16)
	for _, c := range []struct {
		in   []byte
		want string
	}{
		{nil, "empty"},
		{[]byte("RI"), `"RI"`},
		{[]byte("ID3\x04 this is an MP3 file"), `"ID3\x04 this is"`},
		{[]byte("RIFF\x00\x00\x00\x00AVI LIST"), `AVI `},
		{[]byte("RF64\x00\x00\x00\x00WAVE"), "RF64"},
		{[]byte("RIFX\x00\x00\x00\x00WAVE"), "big-endian"},
		{file(), `without a "fmt "`},
		{file(good), `without a "data"`},
		{file(chunkOf("LIST", make([]byte, 8)), good)[:40], "within its"},
		{file(data, good), "before"},
		{file(chunkOf("fmt ", make([]byte, 14)), data), "14 octets"},
		{file(fmtChunk(tagPCM, 0, 8000, 16), data), "0 channels"},
		{file(fmtChunk(tagPCM, 60000, 8000, 16), data), "60000 channels"},
		{file(fmtChunk(tagPCM, 1, 0, 16), data), "0 Hz"},
		{file(fmtChunk(tagPCM, 1, -1, 16), data), "4294967295 Hz"},
		{file(fmtChunk(0x55, 1, 8000, 16), data), "0x0055"},
		{file(fmtChunk(tagPCM, 1, 8000, 12), data), "12 bits"},
	} {
		wantFault(t, c.in, c.want)
	}
}

func wantFault(t *testing.T, in []byte, want string) {
	t.Helper()
	samples, _, err := Read(bytes.NewReader(in))
	if err == nil || !strings.Contains(err.Error(), want) || samples != nil {
		t.Errorf("%q: %d samples, error %v; want one that says %s", in[:min(len(in), 60)], len(samples), err, want)
	}
}

// A fault of the disc is not taken for the end of the file.
func TestReadErrorsAreTold(t *testing.T) {
	broken := errors.New("the card was pulled")
	whole := file(chunkOf("LIST", make([]byte, 9)), fmtChunk(tagPCM, 1, 8000, 16), chunkOf("data", pcm16(1, 2, 3, 4)))
	for n := range whole {
		_, _, err := Read(iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(whole))))
		if err == nil {
			t.Fatal("a time-out went unnoticed")
		}
		r := &failing{whole[:n], broken}
		if _, _, err := Read(r); !errors.Is(err, broken) {
			t.Errorf("broken after %d octets: %v", n, err)
		}
	}
	wantSame(t, iotest.HalfReader(bytes.NewReader(whole)))
	wantSame(t, iotest.DataErrReader(bytes.NewReader(whole)))
}

func wantSame(t *testing.T, r interface{ Read([]byte) (int, error) }) {
	t.Helper()
	if got, _, err := Read(r); err != nil || !slices.Equal(got, []int16{1, 2, 3, 4}) {
		t.Errorf("in small pieces: %v, %v", got, err)
	}
}

type failing struct {
	left []byte
	err  error
}

func (f *failing) Read(b []byte) (int, error) {
	if len(f.left) == 0 {
		return 0, f.err
	}
	n := copy(b, f.left)
	f.left = f.left[n:]
	return n, nil
}

// A header may promise 4 GB; memory is taken only for what is there, and never for more than the limit.
func TestMemoryIsBounded(t *testing.T) {
	head := file(fmtChunk(tagPCM, 1, 8000, 8), chunkOf("data"))
	copy(head[40:], le32(unknown-8))
	if n := testing.AllocsPerRun(10, func() { _, _, _ = Read(bytes.NewReader(head)) }); n > 30 {
		t.Errorf("%v allocations for an empty file that promises 4 GB", n)
	}
	f := format{tag: tagPCM, channels: 1, rate: 8000, decode: decoderFor(tagPCM, 8)}
	samples, err := f.readSamples(endless{}, 80000)
	if samples != nil || err == nil || !strings.Contains(err.Error(), "more than 80000") || !strings.Contains(err.Error(), "10s") {
		t.Errorf("an endless file: %d samples, %v", len(samples), err)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func FuzzRead(f *testing.F) {
	f.Add(file(fmtChunk(tagPCM, 2, 8000, 16), chunkOf("data", pcm16(1, 2, 3, 4))))
	f.Add(file(chunkOf("LIST", []byte("abc")), fmtChunk(tagMuLaw, 1, 8000, 8, le16(0)), chunkOf("data", []byte{1, 2, 3})))
	f.Add(file(fmtChunk(tagFloat, 1, 44100, 32), chunkOf("data", le32(0x7FC00000))))
	f.Add(file(fmtChunk(tagExtensible, 1, 48000, 24, make([]byte, 24)), chunkOf("data", []byte{1, 2, 3})))
	f.Fuzz(func(t *testing.T, in []byte) {
		samples, rate, err := Read(bytes.NewReader(in))
		if err != nil {
			return
		}
		if rate < 1 || rate > MaxRate || len(samples) > len(in) {
			t.Fatalf("%d samples at %d Hz from %d octets", len(samples), rate, len(in))
		}
		again := roundTrip(t, samples, rate)
		if !slices.Equal(again, samples) {
			t.Fatalf("%v written and read is %v", samples, again)
		}
	})
}
