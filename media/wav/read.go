// Package wav reads and writes sound files in the RIFF WAVE format (Microsoft, Multimedia Programming Interface 1.0, 1991, and
// the WAVE_FORMAT_EXTENSIBLE addition), as one channel of 16-bit samples.
package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// MaxSamples is how much Read takes into memory: ten minutes at 48 kHz, 58 MB.
const MaxSamples = 10 * 60 * 48000

// MaxRate is the highest sampling rate in Hz that Read accepts.
const MaxRate = 192000

// unknown is the size that a program writes which cannot come back to its header: what follows lasts to the end.
const unknown = 0xFFFFFFFF

// Read reads a whole file and returns its samples with their rate in Hz. Several channels are mixed down to their mean. It takes
// PCM of 8, 16, 24 and 32 bits, 32-bit float, A-law and µ-law; it passes over chunks that it does not need, and
// takes a file that was cut off for what it holds. Errors say what is wrong and what would do.
func Read(r io.Reader) (samples []int16, rate int, err error) {
	streamed, err := readRIFF(r)
	if err != nil {
		return nil, 0, err
	}
	var f *format
	for {
		c, err := nextChunk(r)
		if err != nil {
			return nil, 0, missing(err, f)
		}
		switch {
		case c.id == "fmt ":
			if f, err = readFormat(r, c); err != nil {
				return nil, 0, err
			}
		case c.id == "data" && f == nil:
			return nil, 0, errors.New(`wav: the "data" chunk comes before a "fmt " chunk, so its encoding is unknown; want "fmt " first`)
		case c.id == "data":
			if c.size == unknown || c.size == 0 && streamed {
				c.size = unknown
			}
			samples, err = f.readSamples(io.LimitReader(r, int64(c.size)), MaxSamples)
			return samples, f.rate, err
		default:
			if err := c.skip(r, 0); err != nil {
				return nil, 0, err
			}
		}
	}
}

// readRIFF reads the file's own header and reports whether its size was left open.
func readRIFF(r io.Reader) (streamed bool, err error) {
	var b [12]byte
	n, err := io.ReadFull(r, b[:])
	switch id := string(b[:4]); {
	case err != nil && err != io.EOF && err != io.ErrUnexpectedEOF:
		return false, fmt.Errorf("wav: reading the header: %w", err)
	case n == 0:
		return false, errors.New("wav: the file is empty; want a RIFF WAVE file")
	case n >= 4 && id == "RF64":
		return false, errors.New(`wav: the file is RF64, for sound beyond 4 GB; want a plain RIFF WAVE file`)
	case n >= 4 && id == "RIFX":
		return false, errors.New(`wav: the file is RIFX, with its bytes in big-endian order; want a plain RIFF WAVE file`)
	case n < len(b) || id != "RIFF" || string(b[8:]) != "WAVE":
		return false, fmt.Errorf(`wav: the file begins with %q, which is no WAVE file; want "RIFF", a size and "WAVE"`, b[:n])
	}
	size := binary.LittleEndian.Uint32(b[4:])
	return size == 0 || size == unknown, nil
}

// missing says what a file lacks that ended before its samples.
func missing(err error, f *format) error {
	switch {
	case err != io.EOF:
		return err
	case f == nil:
		return errors.New(`wav: the file ends without a "fmt " chunk; want one, then a "data" chunk`)
	}
	return errors.New(`wav: the file ends without a "data" chunk; want one after "fmt "`)
}

type chunk struct {
	id   string
	size uint32
}

// nextChunk reads a chunk's header; io.EOF where there is none, not even a part of one.
func nextChunk(r io.Reader) (chunk, error) {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:]); err == io.EOF || err == io.ErrUnexpectedEOF {
		return chunk{}, io.EOF
	} else if err != nil {
		return chunk{}, fmt.Errorf("wav: reading a chunk's header: %w", err)
	}
	return chunk{string(b[:4]), binary.LittleEndian.Uint32(b[4:])}, nil
}

// skip passes over what is left of a chunk of which read octets were taken, and over its padding to an even size.
func (c chunk) skip(r io.Reader, read uint32) error {
	left := int64(c.size-read) + int64(c.size&1)
	if _, err := io.CopyN(io.Discard, r, left); err != nil && err != io.EOF {
		return fmt.Errorf("wav: passing over the chunk %q: %w", c.id, err)
	}
	return nil
}
