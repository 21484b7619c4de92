//go:build race

package inband

const raceDetector = true
