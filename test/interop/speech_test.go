package interop

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"intercom/media/align"
	"intercom/media/resample"
	"intercom/media/wav"
)

const speechRate = 8000

// visitorWAV is what the microphone at the door hears, houseWAV what the phones play: two talkers, half a minute each, without a
// sentence that occurs twice.
func visitorWAV() string { return filepath.Join(cache(), "speech", "visitor.wav") }
func houseWAV() string   { return filepath.Join(cache(), "speech", "house.wav") }

func visitorSpeech(t testing.TB) []int16 { t.Helper(); return readWAV(t, visitorWAV()) }
func houseSpeech(t testing.TB) []int16   { t.Helper(); return readWAV(t, houseWAV()) }

// readWAV reads a recording of telephone quality.
func readWAV(t testing.TB, path string) []int16 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	samples, rate, err := wav.Read(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if rate != speechRate {
		t.Fatalf("%s: %d Hz, want %d", path, rate, speechRate)
	}
	return samples
}

// wantSpeech says that so much of a talker's speech, from where the recording begins to have it, is in the recording: the same
// waveform, without a hole.
func wantSpeech(t testing.TB, what string, spoken, recorded []int16, length time.Duration) {
	t.Helper()
	const (
		leastCorrelation = 0.95
		leastFound       = 0.7 // a block in which a jitter buffer has stretched time is not found
		longestGap       = 40 * time.Millisecond
	)
	part := heardPart(spoken, recorded, length)
	if part == nil {
		t.Errorf("%s: no %v of the speech in %v of recording", what, length, seconds(len(recorded)))
		return
	}
	r := align.Align(finer(t, part), finer(t, recorded), fineRate)
	t.Logf("%s: %v compared, correlation %.3f, %.1f %% of the blocks found, gain %.1f dB, longest gap %v",
		what, length, r.Correlation, 100*r.Found, r.Gain, r.LongestGap())
	if r.Correlation < leastCorrelation {
		t.Errorf("%s: correlation %.3f, want %.2f", what, r.Correlation, leastCorrelation)
	}
	if r.Found < leastFound {
		t.Errorf("%s: %.0f %% of the blocks found, want %.0f %%", what, 100*r.Found, 100*leastFound)
	}
	if r.LongestGap() > longestGap {
		t.Errorf("%s: gaps %v, want none over %v", what, r.Gaps, longestGap)
	}
}

// wantNoSpeech says that the recording does not hold the talker.
func wantNoSpeech(t testing.TB, what string, spoken, recorded []int16) {
	t.Helper()
	if r := align.Align(spoken, recorded, speechRate); r.Found > 0.02 {
		t.Errorf("%s: %.0f %% of the speech can be heard (correlation %.3f, lag %v)", what, 100*r.Found, r.Correlation, r.Lag)
	}
}

// heardPart cuts the speech to the length from where the recording begins to have it; nil if there is not so much. The talker
// may have spoken before, and at its beginning a call may lose a quarter of a second until the sides agree.
func heardPart(spoken, recorded []int16, length time.Duration) []int16 {
	const edge = speechRate / 4
	lag := int(align.Align(spoken, recorded, speechRate).Lag * speechRate / time.Second)
	from := max(0, -lag) + edge
	to := from + int(length*speechRate/time.Second)
	if to > len(spoken) || to+lag > len(recorded) {
		return nil
	}
	return spoken[from:to]
}

// fineRate is at which signals are compared. Sound that has been through another rate may come back late by a part of a sample;
// at 8 kHz half a sample alone takes a tenth off the correlation.
const fineRate = 4 * speechRate

func finer(t testing.TB, samples []int16) []int16 {
	t.Helper()
	r, err := resample.New(speechRate, fineRate)
	if err != nil {
		t.Fatal(err)
	}
	fine := make([]int16, r.Len(len(samples)))
	return fine[:r.Process(fine, samples)]
}

func seconds(samples int) time.Duration {
	return (time.Duration(samples) * time.Second / speechRate).Round(10 * time.Millisecond)
}
