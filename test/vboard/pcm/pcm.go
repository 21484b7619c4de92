//go:build linux

// Package pcm plays and captures on a PCM device of the kernel, without any library: the far side of a loopback card, whose near side
// belongs to the program under test. It shares no line with what that program drives its card by.
package pcm

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Stream is one direction of a device: 16-bit samples, all channels alike.
type Stream struct {
	Xruns    int // times that it ran dry or over
	file     *os.File
	transfer uintptr // ioctl
	channels int
	frames   []int16
}

// Shape is how a stream is to be.
type Shape struct {
	Rate, Channels, Period, Periods int // Hz, -, frames, -
}

// Play opens a device such as "/dev/snd/pcmC0D1p" for playing.
func Play(path string, s Shape) (*Stream, error) { return open(path, s, ioctlWrite) }

// Capture opens a device such as "/dev/snd/pcmC0D1c" for capturing.
func Capture(path string, s Shape) (*Stream, error) { return open(path, s, ioctlRead) }

func open(path string, s Shape, transfer uintptr) (*Stream, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	st := &Stream{file: f, transfer: transfer, channels: s.Channels}
	if err := st.setUp(s); err != nil {
		return nil, errors.Join(fmt.Errorf("pcm: %s with %+v: %w", path, s, err), f.Close())
	}
	return st, nil
}

func (s *Stream) setUp(shape Shape) error {
	hw := hardware(shape)
	if err := s.ioctl(ioctlHwParams, unsafe.Pointer(&hw)); err != nil {
		return fmt.Errorf("hw_params: %w", err)
	}
	buffer := shape.Period * shape.Periods
	sw := swParams{periodStep: 1, availMin: uintptr(shape.Period), start: 1, stop: uintptr(buffer)}
	if s.transfer == ioctlWrite {
		sw.start = uintptr(buffer / 2)
	}
	if err := s.ioctl(ioctlSwParams, unsafe.Pointer(&sw)); err != nil {
		return fmt.Errorf("sw_params: %w", err)
	}
	return s.ioctl(ioctlPrepare, nil)
}

// hardware leaves open what a Shape does not say.
func hardware(s Shape) hwParams {
	var p hwParams
	for i := range p.masks {
		for j := range p.masks[i].bits {
			p.masks[i].bits[j] = ^uint32(0)
		}
	}
	for i := range p.intervals {
		p.intervals[i] = interval{max: ^uint32(0)}
	}
	p.masks[access], p.masks[format] = mask{[8]uint32{interleaved}}, mask{[8]uint32{s16le}}
	for i, v := range map[int]int{channels: s.Channels, rate: s.Rate, periodSize: s.Period, periods: s.Periods} {
		p.intervals[i] = interval{uint32(v), uint32(v), integer}
	}
	p.rmask = ^uint32(0)
	return p
}

// Write plays mono samples. It waits while the buffer is full.
func (s *Stream) Write(samples []int16) error {
	s.frames = s.frames[:0]
	for _, v := range samples {
		for range s.channels {
			s.frames = append(s.frames, v)
		}
	}
	return s.move(s.frames)
}

// Read captures the first channel. It waits until there are so many samples.
func (s *Stream) Read(samples []int16) error {
	s.frames = make([]int16, len(samples)*s.channels)
	if err := s.move(s.frames); err != nil {
		return err
	}
	for i := range samples {
		samples[i] = s.frames[i*s.channels]
	}
	return nil
}

func (s *Stream) move(frames []int16) error {
	for len(frames) > 0 {
		x := transfer{buffer: unsafe.Pointer(&frames[0]), frames: uintptr(len(frames) / s.channels)}
		err := s.ioctl(s.transfer, unsafe.Pointer(&x))
		runtime.KeepAlive(frames)
		switch {
		case err == nil:
			frames = frames[x.result*s.channels:]
		case errors.Is(err, unix.EPIPE):
			s.Xruns++
			if err := s.ioctl(ioctlPrepare, nil); err != nil {
				return fmt.Errorf("pcm: after running dry or over: %w", err)
			}
		case !errors.Is(err, unix.EINTR):
			return fmt.Errorf("pcm: %s: %w", s.file.Name(), err)
		}
	}
	return nil
}

func (s *Stream) ioctl(request uintptr, p unsafe.Pointer) error {
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, s.file.Fd(), request, uintptr(p)); e != 0 {
		return e
	}
	return nil
}

// Close gives the device back.
func (s *Stream) Close() error { return s.file.Close() }
