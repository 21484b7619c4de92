// Package wavcard gives a simulated sound card WAV files: one that its microphone hears, one that keeps what its
// loudspeaker says.
package wavcard

import (
	"errors"
	"fmt"
	"os"

	"intercom/media/resample"
	"intercom/media/wav"
)

// Microphone hears a WAV file once, and silence after its end.
type Microphone struct{ rest []int16 }

// OpenMicrophone reads a WAV file of any rate and converts it to rate, in Hz.
func OpenMicrophone(file string, rate int) (*Microphone, error) {
	samples, err := Samples(file, rate)
	if err != nil {
		return nil, err
	}
	return &Microphone{rest: samples}, nil
}

// Samples is the whole of a WAV file of any rate, converted to rate, in Hz.
func Samples(file string, rate int) ([]int16, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("the microphone's file: %w", err)
	}
	defer f.Close()
	samples, from, err := wav.Read(f)
	if err != nil {
		return nil, fmt.Errorf("the microphone's file %s: %w", file, err)
	}
	r, err := resample.New(from, rate)
	if err != nil {
		return nil, fmt.Errorf("the microphone's file %s: %w", file, err)
	}
	converted := make([]int16, r.Len(len(samples)))
	return converted[:r.Process(converted, samples)], nil
}

// Read fills dst with the next of the file and then with silence.
func (m *Microphone) Read(dst []int16) int {
	n := copy(dst, m.rest)
	m.rest = m.rest[n:]
	clear(dst[n:])
	return len(dst)
}

// Speaker keeps what is said into it in a WAV file.
type Speaker struct {
	file   *os.File
	writer *wav.Writer
}

// CreateSpeaker begins a WAV file of this rate, in Hz. A file that is there is replaced.
func CreateSpeaker(file string, rate int) (*Speaker, error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("the loudspeaker's file: %w", err)
	}
	w, err := wav.NewWriter(f, rate)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("the loudspeaker's file %s: %w", file, err)
	}
	return &Speaker{file: f, writer: w}, nil
}

// Write appends samples to the file.
func (s *Speaker) Write(samples []int16) error { return s.writer.Write(samples) }

// Close makes the file complete.
func (s *Speaker) Close() error { return errors.Join(s.writer.Close(), s.file.Close()) }
