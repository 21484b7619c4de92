package wav

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// The format tags of the "fmt " chunk that are read here.
const (
	tagPCM        = 0x0001
	tagFloat      = 0x0003
	tagALaw       = 0x0006
	tagMuLaw      = 0x0007
	tagExtensible = 0xFFFE
)

// maxChannels is as many as any recorder of a room has.
const maxChannels = 32

type format struct {
	tag      uint16
	channels int
	rate     int
	bits     int
	decode   decoder
}

// readFormat reads the "fmt " chunk.
func readFormat(r io.Reader, c chunk) (*format, error) {
	var b [40]byte
	n := min(c.size, uint32(len(b)))
	if n < 16 {
		return nil, fmt.Errorf(`wav: the "fmt " chunk has %d octets; want at least 16`, n)
	}
	if _, err := io.ReadFull(r, b[:n]); err != nil {
		return nil, fmt.Errorf(`wav: the file ends within its "fmt " chunk: %w`, err)
	}
	if err := c.skip(r, n); err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	rate := le.Uint32(b[4:])
	f := &format{tag: le.Uint16(b[0:]), channels: int(le.Uint16(b[2:])), rate: int(min(rate, MaxRate+1)), bits: int(le.Uint16(b[14:]))}
	if f.tag == tagExtensible && n == uint32(len(b)) {
		f.tag = le.Uint16(b[24:]) // the first two octets of the sub-format's GUID
	}
	return f, f.check(rate)
}

func (f *format) check(rate uint32) error {
	if f.channels == 0 || f.channels > maxChannels {
		return fmt.Errorf("wav: the file has %d channels; want 1 to %d", f.channels, maxChannels)
	}
	if rate == 0 || rate > MaxRate {
		return fmt.Errorf("wav: the sampling rate is %d Hz; want 1 to %d", rate, MaxRate)
	}
	if f.decode = decoderFor(f.tag, f.bits); f.decode.size == 0 {
		return fmt.Errorf("wav: the encoding with tag 0x%04x and %d bits is not read; want PCM of 8, 16, 24 or 32 bits, 32-bit float, A-law or µ-law", f.tag, f.bits)
	}
	return nil
}

// readSamples decodes and mixes down until r ends, at most so many samples.
func (f *format) readSamples(r io.Reader, most int) ([]int16, error) {
	frame := f.decode.size * f.channels
	buf := make([]byte, frame*1024)
	var samples []int16
	for {
		n, err := io.ReadFull(r, buf)
		for at := 0; at+frame <= n; at += frame { // half a frame at the end is dropped
			samples = append(samples, f.mix(buf[at:at+frame]))
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return samples, nil
		}
		if err != nil {
			return nil, fmt.Errorf("wav: reading samples: %w", err)
		}
		if len(samples) > most {
			return nil, fmt.Errorf("wav: the file has more than %d samples; want at most that many, which are %v", most, f.time(most))
		}
	}
}

func (f *format) time(samples int) time.Duration {
	return (time.Duration(samples) * time.Second / time.Duration(f.rate)).Round(time.Second)
}

// mix decodes one frame to the mean of its channels.
func (f *format) mix(frame []byte) int16 {
	sum := 0.0
	for at := 0; at < len(frame); at += f.decode.size {
		sum += f.decode.sample(frame[at:])
	}
	return clip(sum / float64(f.channels))
}
