package sound

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"intercom/media"
	"intercom/media/loopback"
)

// What calibration aims at.
const (
	speechTime   = 6 * time.Second
	wantedSpeech = -20.0 // dBFS of a visitor at arm's length, as telephones send
	headroom     = -3.0  // dB of full scale for the greatest sample
	houseSpeech  = -20.0 // dBFS, as telephones send
	mostEcho     = 6.0   // dB that the house may be louder at the microphone than the visitor
	leastSpeech  = 12.0  // dB above the noise for somebody to have spoken
	mostGain     = 20.0  // dB, either way
)

// Gains are what a place needs, in dB.
type Gains struct{ Microphone, Speaker float64 }

// Calibrate measures a place with a visitor who speaks, and writes lines for the configuration. Open opens the card; it is
// called twice.
func Calibrate(ctx context.Context, open func() (media.Card, error), out io.Writer) (well bool, err error) {
	card, err := open()
	if err != nil {
		return false, err
	}
	well, r, err := measurePlace(ctx, card, out)
	if err != nil || !well {
		return false, err
	}
	if card, err = open(); err != nil {
		return false, err
	}
	fmt.Fprintf(out, "\nNow speak as a visitor would, at arm's length, for %.0f seconds.\n", speechTime.Seconds())
	v, err := listen(ctx, card)
	if err != nil {
		return false, err
	}
	fmt.Fprintf(out, "  %-22s %.1f dBFS (noise %.1f, greatest sample %.1f)\n", "speech", v.speech, v.noise, v.peak)
	if v.speech-v.noise < leastSpeech {
		fmt.Fprintf(out, "  ! Nobody was heard clearly (%.0f dB above the noise): speak louder, or see to the microphone with \"intercom sound self-test\".\n", v.speech-v.noise)
		return false, nil
	}
	g := gains(r.Gain, v)
	fmt.Fprintf(out, "\n[sound]\nmicrophone_gain = %.1f\nspeaker_gain = %.1f\necho_delay = \"%dms\"\n", g.Microphone, g.Speaker, r.Delay.Milliseconds())
	return true, nil
}

// measurePlace is the part of calibration that needs quiet. A fault of the echo's level or of the loudspeaker's is what
// calibration is for; without any echo, or with a broken microphone, it cannot go on.
func measurePlace(ctx context.Context, card media.Card, out io.Writer) (well bool, r loopback.Report, err error) {
	fmt.Fprintf(out, "Three sweeps are played on %v: keep quiet for %.0f seconds.\n", card, loopback.Length.Seconds())
	if r, err = probe(ctx, card); err != nil {
		return false, r, err
	}
	writeReport(out, r)
	for _, f := range r.Faults() {
		fmt.Fprintf(out, "  ! %s\n", f)
	}
	return r.Found > 0 && !r.Dead, r, nil
}

// visitor is what was heard of somebody who spoke, in dBFS.
type visitor struct{ speech, noise, peak float64 }

// listen tells speech from the pauses in it: by the level that a tenth of the time is above, and the one that a tenth is
// below.
func listen(ctx context.Context, card media.Card) (visitor, error) {
	done := make(chan struct{})
	var levels []float64
	all := meter{}
	wanted := int(speechTime / (20 * time.Millisecond))
	levels = make([]float64, 0, wanted)
	two, half := meter{}, false
	err := use(ctx, card, done, func(play, capture []int16) {
		clear(play)
		if len(levels) == wanted {
			return
		}
		all.feed(capture)
		two.feed(capture)
		if half = !half; half {
			return
		}
		rms, _ := two.level()
		two = meter{}
		if levels = append(levels, rms); len(levels) == wanted {
			close(done)
		}
	})
	if err == nil && len(levels) < wanted {
		err = context.Cause(ctx)
	}
	if err != nil {
		return visitor{}, err
	}
	slices.Sort(levels)
	_, peak := all.level()
	return visitor{speech: levels[wanted*9/10], noise: levels[wanted/10], peak: peak}, nil
}

// gains brings the visitor to the level of a telephone, as far as nothing is overdriven, and the house so loud that the
// visitor can still interrupt.
func gains(echo float64, v visitor) Gains {
	microphone := min(wantedSpeech-v.speech, headroom-v.peak)
	speaker := min(0, v.speech+mostEcho-(houseSpeech+echo))
	return Gains{Microphone: bounded(microphone), Speaker: bounded(speaker)}
}

func bounded(dB float64) float64 {
	return math.Round(2*min(max(dB, -mostGain), mostGain)) / 2
}
