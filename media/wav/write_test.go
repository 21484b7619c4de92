package wav

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// memory is a file in memory that keeps what was written, whenever the writer stops.
type memory struct {
	content []byte
	at      int
	writes  int   // until fail
	fail    error // nil: never
}

func (m *memory) Write(b []byte) (int, error) {
	if m.writes--; m.fail != nil && m.writes < 0 {
		return 0, m.fail
	}
	if grow := m.at + len(b) - len(m.content); grow > 0 {
		m.content = append(m.content, make([]byte, grow)...)
	}
	copy(m.content[m.at:], b)
	m.at += len(b)
	return len(b), nil
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
		m.at = int(offset)
	case io.SeekEnd:
		m.at = len(m.content) + int(offset)
	}
	return int64(m.at), nil
}

func open(t *testing.T, m *memory, rate int) *Writer {
	t.Helper()
	w, err := NewWriter(m, rate)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func write(t *testing.T, w *Writer, samples []int16) {
	t.Helper()
	if err := w.Write(samples); err != nil {
		t.Fatal(err)
	}
}

func roundTrip(t *testing.T, samples []int16, rate int) []int16 {
	t.Helper()
	m := &memory{}
	w := open(t, m, rate)
	write(t, w, samples)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, gotRate, err := Read(bytes.NewReader(m.content))
	if err != nil || gotRate != rate {
		t.Fatalf("read back at %d Hz: %v", gotRate, err)
	}
	return got
}

func counting(n int) []int16 {
	x := make([]int16, n)
	for i := range x {
		x[i] = int16(i*7 - n)
	}
	return x
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, n := range []int{0, 1, 80, 2048, 2049, 100000} {
		if want := counting(n); !slices.Equal(roundTrip(t, want, 16000), want) {
			t.Errorf("%d samples come back changed", n)
		}
	}
}

// The layout as every player expects it.
func TestHeaderOctets(t *testing.T) {
	m := &memory{}
	w := open(t, m, 8000)
	write(t, w, []int16{1, -2})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want := "RIFF\x28\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x04\x00\x00\x00\x01\x00\xfe\xff"
	if string(m.content) != want {
		t.Errorf("the file is %q, want %q", m.content, want)
	}
}

// The program may vanish at any moment: what is on the disc is a file with all but the last second.
func TestFileIsUsableWithoutClose(t *testing.T) {
	const rate, period = 8000, 400
	m := &memory{}
	w := open(t, m, rate)
	all := counting(3*rate + 4000)
	for at := 0; at < len(all); at += period {
		write(t, w, all[at:at+period])
		got, _, err := Read(bytes.NewReader(m.content))
		if err != nil {
			t.Fatalf("after %d samples: %v", at+period, err)
		}
		if lost := at + period - len(got); lost < 0 || lost >= rate || !slices.Equal(got, all[:len(got)]) {
			t.Fatalf("after %d samples the file holds %d", at+period, len(got))
		}
	}
	if w.Close(); len(m.content) != headerSize+2*len(all) {
		t.Errorf("the file has %d octets, want %d", len(m.content), headerSize+2*len(all))
	}
}

func TestOnDisc(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "heard.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewWriter(f, 8000)
	if err != nil {
		t.Fatal(err)
	}
	want := counting(20000)
	write(t, w, want)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if got, _, err := Read(f); err != nil || !slices.Equal(got, want) {
		t.Errorf("%d samples come back, %v", len(got), err)
	}
}

func TestWriteErrorsAreTold(t *testing.T) {
	full := errors.New("no space left on device")
	if _, err := NewWriter(&memory{fail: full}, 8000); !errors.Is(err, full) {
		t.Errorf("the header: %v", err)
	}
	for writes := 1; writes < 4; writes++ {
		w, err := NewWriter(&memory{fail: full, writes: writes}, 8000)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Write(counting(2048)), w.Write(counting(6000)), w.Close()); !errors.Is(err, full) {
			t.Errorf("after %d writes: %v", writes, err)
		}
	}
	for _, rate := range []int{0, -1, MaxRate + 1, math.MaxInt} {
		if w, err := NewWriter(&memory{}, rate); w != nil || err == nil || !strings.Contains(err.Error(), "192000") {
			t.Errorf("rate %d: %v, %v", rate, w, err)
		}
	}
}

// The sizes in the header have 32 bits; beyond them the writer refuses instead of wrapping round.
func TestFullFileIsRefused(t *testing.T) {
	m := &memory{}
	w := open(t, m, 8000)
	w.written = maxData - 2
	if err := w.Write([]int16{1, 2}); err == nil || !strings.Contains(err.Error(), "4 GB") {
		t.Errorf("beyond 4 GB: %v", err)
	}
	if len(m.content) != headerSize {
		t.Error("a refused write left something behind")
	}
}

func TestWriteAllocatesNothing(t *testing.T) {
	w, err := NewWriter(nowhere{}, 8000)
	if err != nil {
		t.Fatal(err)
	}
	period := counting(80)
	if n := testing.AllocsPerRun(200, func() { _ = w.Write(period) }); n != 0 {
		t.Errorf("%v allocations a period, want none", n)
	}
}

type nowhere struct{}

func (nowhere) Write(b []byte) (int, error)    { return len(b), nil }
func (nowhere) Seek(int64, int) (int64, error) { return 0, nil }
