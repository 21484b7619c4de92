//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"

	"intercom/media/wav"
	"intercom/test/vboard/pcm"
)

// The two ends of the loopback card snd-aloop: what is played on one is captured on the other.
const (
	near = "/proc/asound/card0/pcm0p/sub0/hw_params"
	far  = "/dev/snd/pcmC0D1"
)

// talk says one file to the door's microphone and keeps what its loudspeaker plays in another, for so many seconds. Then it stays silent
// until a line comes in: its end, and what it does with the file, would disturb the near end.
func talk(args []string) error {
	seconds, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	shape, err := nearShape()
	if err != nil {
		return err
	}
	say, err := readAt(args[0], shape.Rate)
	if err != nil {
		return err
	}
	heard, err := exchange(shape, say, seconds)
	if err != nil {
		return err
	}
	return write(args[1], heard, shape.Rate)
}

// nearShape is how the program under test has opened its end: a loopback has both ends alike. Its own end has a buffer of 200 ms.
func nearShape() (pcm.Shape, error) {
	text, err := os.ReadFile(near)
	if err != nil {
		return pcm.Shape{}, err
	}
	value := func(key string) (n int) {
		if m := regexp.MustCompile(`(?m)^` + key + `: (\d+)`).FindSubmatch(text); m != nil {
			n, _ = strconv.Atoi(string(m[1])) // digits
		}
		return n
	}
	s := pcm.Shape{Rate: value("rate"), Channels: value("channels"), Periods: 10}
	s.Period = s.Rate / 50
	if s.Rate == 0 || s.Channels == 0 {
		return s, fmt.Errorf("the near end is not open: %s says %q", near, text)
	}
	return s, nil
}

func exchange(shape pcm.Shape, say []int16, seconds int) (heard []int16, err error) {
	mouth, ear, err := openFar(shape)
	if err != nil {
		return nil, err
	}
	defer mouth.Close()
	defer ear.Close()
	heard = make([]int16, seconds*shape.Rate)
	enough := make(chan struct{})
	spoken := make(chan error, 1)
	go func() { spoken <- speak(mouth, say, shape.Period, enough) }()
	for at := 0; at+shape.Period <= len(heard) && err == nil; at += shape.Period {
		err = ear.Read(heard[at : at+shape.Period])
	}
	fmt.Printf("talked: %d xruns, %+v\n", ear.Xruns, shape)
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // the end of the input is as good
	close(enough)
	return heard, errors.Join(err, <-spoken)
}

// openFar opens the far end in both directions.
func openFar(shape pcm.Shape) (mouth, ear *pcm.Stream, err error) {
	if mouth, err = pcm.Play(far+"p", shape); err != nil {
		return nil, nil, err
	}
	if ear, err = pcm.Capture(far+"c", shape); err != nil {
		return nil, nil, errors.Join(err, mouth.Close())
	}
	return mouth, ear, nil
}

// speak plays samples, and then silence.
func speak(mouth *pcm.Stream, say []int16, period int, enough <-chan struct{}) error {
	block := make([]int16, period)
	for at := 0; ; at += period {
		select {
		case <-enough:
			if mouth.Xruns > 0 {
				return fmt.Errorf("%d xruns while talking", mouth.Xruns)
			}
			return nil
		default:
		}
		clear(block)
		copy(block, say[min(at, len(say)):])
		if err := mouth.Write(block); err != nil {
			return err
		}
	}
}

func readAt(path string, rate int) ([]int16, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	samples, got, err := wav.Read(f)
	if err == nil && got != rate {
		err = fmt.Errorf("%s has %d Hz, the card %d Hz", path, got, rate)
	}
	return samples, err
}

func write(path string, samples []int16, rate int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w, err := wav.NewWriter(f, rate)
	if err == nil {
		err = errors.Join(w.Write(samples), w.Close())
	}
	return errors.Join(err, f.Close())
}
