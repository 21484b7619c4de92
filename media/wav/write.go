package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// headerSize is that of a WAVE file with one "fmt " chunk, up to the first sample.
const headerSize = 44

// maxData is the most that the sizes of a RIFF file can say: two hours and more at 192 kHz, three days at 8 kHz.
const maxData = (unknown - headerSize) &^ 1

// Writer writes one channel of 16-bit PCM. The header is brought up to date with every second of sound, so that the file
// is whole but for that second if the program never comes to Close.
type Writer struct {
	w       io.WriteSeeker
	rate    int
	written int64 // octets of sound
	told    int64 // of them, in the header
	buf     [4096]byte
}

// NewWriter writes the header to w, which stays the caller's to close. The rate is in Hz.
func NewWriter(w io.WriteSeeker, rate int) (*Writer, error) {
	if rate <= 0 || rate > MaxRate {
		return nil, fmt.Errorf("wav: cannot write at %d Hz; want 1 to %d", rate, MaxRate)
	}
	out := &Writer{w: w, rate: rate}
	if err := out.writeHeader(); err != nil {
		return nil, err
	}
	return out, nil
}

// Write appends samples. It allocates nothing.
func (w *Writer) Write(samples []int16) error {
	if w.written+2*int64(len(samples)) > maxData {
		return errors.New("wav: the file is full: a WAVE file ends at 4 GB")
	}
	for len(samples) > 0 {
		n := min(len(samples), len(w.buf)/2)
		for i, s := range samples[:n] {
			binary.LittleEndian.PutUint16(w.buf[2*i:], uint16(s))
		}
		if _, err := w.w.Write(w.buf[:2*n]); err != nil {
			return fmt.Errorf("wav: writing samples: %w", err)
		}
		w.written += 2 * int64(n)
		samples = samples[n:]
	}
	if w.written-w.told >= 2*int64(w.rate) {
		return w.refresh()
	}
	return nil
}

// Close brings the header up to date for the last time.
func (w *Writer) Close() error { return w.refresh() }

func (w *Writer) refresh() error {
	if _, err := w.w.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("wav: going back to the header: %w", err)
	}
	if err := w.writeHeader(); err != nil {
		return err
	}
	if _, err := w.w.Seek(0, io.SeekEnd); err != nil {
		return fmt.Errorf("wav: going on after the header: %w", err)
	}
	return nil
}

func (w *Writer) writeHeader() error {
	b, le := w.buf[:headerSize], binary.LittleEndian
	copy(b[0:], "RIFF")
	le.PutUint32(b[4:], uint32(headerSize-8+w.written))
	copy(b[8:], "WAVEfmt ")
	le.PutUint32(b[16:], 16)
	le.PutUint16(b[20:], tagPCM)
	le.PutUint16(b[22:], 1) // channel
	le.PutUint32(b[24:], uint32(w.rate))
	le.PutUint32(b[28:], uint32(2*w.rate)) // octets a second
	le.PutUint16(b[32:], 2)                // octets a frame
	le.PutUint16(b[34:], 16)               // bits a sample
	copy(b[36:], "data")
	le.PutUint32(b[40:], uint32(w.written))
	if _, err := w.w.Write(b); err != nil {
		return fmt.Errorf("wav: writing the header: %w", err)
	}
	w.told = w.written
	return nil
}
