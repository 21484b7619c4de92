// Package denoise takes steady noise out of a microphone's sound: street, wind, fans, the hiss of a cheap sound card.
//
// The noise of each frequency is what the power falls back to between words (tracker.go); how much of a frequency is speech is judged by
// this frame and the one before (gain.go). What is mostly noise is turned down, by no more than a depth that leaves the place to be heard.
// A beginning word is spared: it counts from its first frame on.
//
// A Suppressor works on spectra, so that it can share those of another part; a Filter is one with frames of its own. Everything is in
// float32 and allocates nothing once it is made.
package denoise
