package phone

import (
	"slices"
	"testing"
	"time"

	"intercom/media/dtmf/inband"
)

func TestKeysTakeThePlaceOfTheMicrophone(t *testing.T) {
	const rate, block = 8000, 80
	var k keypad
	hear := func(d time.Duration) (heard []int16) {
		for range d / (10 * time.Millisecond) {
			b := slices.Repeat([]int16{1}, block) // what the microphone hears
			k.Process(b, nil)
			heard = append(heard, b...)
		}
		return heard
	}
	if got := hear(20 * time.Millisecond); slices.Max(got) != 1 {
		t.Errorf("before the engine's rate is known there is %v", got)
	}
	if err := k.tune(rate); err != nil {
		t.Fatal(err)
	}
	if err := k.press("5D"); err != nil {
		t.Fatal(err)
	}
	d, err := inband.NewDetector(rate)
	if err != nil {
		t.Fatal(err)
	}
	var keys []byte
	for _, digit := range d.Process(nil, hear(400*time.Millisecond)) {
		if digit.Ended {
			keys = append(keys, digit.Digit)
		}
	}
	if string(keys) != "5D" {
		t.Errorf("heard %q", keys)
	}
	if got := hear(50 * time.Millisecond); slices.Max(got) != 1 || slices.Min(got) != 1 {
		t.Errorf("after the keys the microphone is not heard, but %v", got)
	}
}
