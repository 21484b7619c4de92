package main

import (
	"math"
	"math/rand/v2"

	"intercom/media/aec"
	"intercom/media/voice"
)

const (
	sceneRate    = 16000
	sceneSeconds = 10
)

// scene is what a microphone hears and what is sent of it.
type scene struct{ microphone, sent []int16 }

// scenes are a house that talks alone, and one that the visitor talks into from the fourth second on.
func scenes() map[string]scene {
	house := voice.New(31, 190).Speak(sceneSeconds, sceneRate)
	visitor := voice.New(32, 110).Speak(sceneSeconds, sceneRate)
	clear(visitor[:4*sceneRate])
	return map[string]scene{
		"echo.png":        play(house, make([]int16, len(house))),
		"double-talk.png": play(house, visitor),
	}
}

// play lets a house talk through a loudspeaker beside a microphone that a visitor talks into.
func play(house, visitor []int16) scene {
	path := room(rand.New(rand.NewPCG(1, 2)))
	s := scene{microphone: make([]int16, len(house)), sent: make([]int16, len(house))}
	for i := range house {
		sum := float64(visitor[i])
		for k, h := range path {
			if i >= k {
				sum += h * float64(house[i-k])
			}
		}
		s.microphone[i] = int16(min(max(math.Round(sum), math.MinInt16), math.MaxInt16))
	}
	copy(s.sent, s.microphone)
	canceller := aec.New(sceneRate)
	for at := 0; at+sceneRate/100 <= len(house); at += sceneRate / 100 {
		canceller.Process(s.sent[at:at+sceneRate/100], house[at:at+sceneRate/100])
	}
	return s
}

// room is the response of a housing and what is around it: 20 ms of buffers, then 120 ms of falling sound.
func room(random *rand.Rand) []float64 {
	const buffers, ring = sceneRate * 20 / 1000, sceneRate * 120 / 1000
	h := make([]float64, buffers+ring)
	sum := 0.0
	for i := range ring {
		h[buffers+i] = random.NormFloat64() * math.Exp(-6.9*float64(i)/ring)
		sum += h[buffers+i] * h[buffers+i]
	}
	for i := range h { // as loud at the microphone as it is played
		h[i] /= math.Sqrt(sum)
	}
	return h
}
