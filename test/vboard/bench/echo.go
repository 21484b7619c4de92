//go:build linux

package main

import (
	"fmt"
	"strconv"

	"intercom/test/vboard/pcm"
)

// echo is a place in which the microphone hears the loudspeaker, half as loud, for so many seconds. It waits until somebody has the
// near end open.
func echo(args []string) error {
	seconds, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	shape := pcm.Shape{Rate: 48000, Channels: 1, Period: 960, Periods: 10}
	mouth, ear, err := openFar(shape)
	if err != nil {
		return err
	}
	defer mouth.Close()
	defer ear.Close()
	fmt.Println("echoing")
	block := make([]int16, shape.Period)
	for range seconds * shape.Rate / shape.Period {
		if err := ear.Read(block); err != nil {
			return err
		}
		for i := range block {
			block[i] /= 2
		}
		if err := mouth.Write(block); err != nil {
			return err
		}
	}
	return nil
}
