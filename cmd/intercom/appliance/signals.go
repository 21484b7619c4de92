package appliance

import (
	"fmt"
	"os"
	"slices"
	"time"

	"intercom/cmd/intercom/station"
	"intercom/media"
	"intercom/media/tone"
	"intercom/media/wav"
)

// signals is what the station's tones sound like: a tone of the country or of the station, or a prompt in its place.
type signals struct {
	tones   map[string]tone.Tone
	prompts map[string]prompt
	volumes map[string]float64 // dB
	duck    float64            // dB
}

type prompt struct {
	samples []int16
	rate    int // Hz
}

// longestPrompt bounds what a prompt may take of the board's memory; in bytes, a minute at 48 kHz.
const longestPrompt = 60 * 48000 * 4

// newSignals reads the prompts. One that cannot be read is an error for the log; its tone is played instead.
func newSignals(c media.Sound) (signals, []error) {
	set, err := tone.ForCountry(c.Country)
	if err != nil {
		set, _ = tone.ForCountry(media.DefaultSound().Country)
	}
	s := signals{tones: stationTones(set), prompts: map[string]prompt{}, volumes: c.Volumes, duck: c.Duck}
	var faults []error
	if err != nil {
		faults = append(faults, err)
	}
	for name, file := range c.Prompts {
		p, err := readPrompt(file)
		if err != nil {
			faults = append(faults, fmt.Errorf("the prompt %q: %w", name, err))
			continue
		}
		s.prompts[name] = p
	}
	return s, faults
}

func stationTones(set tone.Set) map[string]tone.Tone {
	tones := map[string]tone.Tone{
		station.Ringback:  set.RingBack,
		station.Alert:     tone.AlertTone(),
		station.NoAnswer:  finite(set.Congestion, 4),
		station.CallEnded: finite(set.Busy, 3),
	}
	for name, signal := range map[string]string{
		station.DoorOpen: tone.DoorOpen, station.WrongCode: tone.WrongCode, station.LockedOut: tone.LockedOut,
		station.LimitWarning: tone.LimitWarning, station.Listening: tone.Confirm,
		station.Ready: tone.Ready, station.NetworkLost: tone.NetworkLost,
		station.PleaseWait: tone.Confirm, station.Joined: tone.Confirm, station.PressOne: tone.LimitWarning, station.DoorAlarm: tone.Error,
	} {
		tones[name], _ = set.Named(signal)
	}
	tones[station.PressOne] = again(tones[station.PressOne])
	return tones
}

func finite(t tone.Tone, times int) tone.Tone {
	t.Times = times
	return t
}

// again is a tone that comes every three seconds.
func again(t tone.Tone) tone.Tone {
	t.Parts = append(slices.Clone(t.Parts), tone.Part{For: 3 * time.Second})
	t.Times = 0
	return t
}

func readPrompt(file string) (prompt, error) {
	f, err := os.Open(file)
	if err != nil {
		return prompt{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return prompt{}, err
	}
	if info.Size() > longestPrompt {
		return prompt{}, fmt.Errorf("%s is %d MB; at most a minute of sound is kept in memory", file, info.Size()>>20)
	}
	samples, rate, err := wav.Read(f)
	if err != nil {
		return prompt{}, fmt.Errorf("%s: %w", file, err)
	}
	return prompt{samples, rate}, nil
}

// play starts the signal of this name; one that the station does not have is silence.
func (s signals) play(e *media.Engine, name string) error {
	if _, ok := s.tones[name]; !ok {
		return nil
	}
	return e.Play(s.signal(name))
}

// signal is what a name sounds like.
func (s signals) signal(name string) media.Signal {
	t := s.tones[name]
	signal := media.Signal{Tone: t, Gain: s.volumes[name], Duck: s.duck}
	if p, ok := s.prompts[name]; ok {
		signal.Samples, signal.Rate, signal.Repeat = p.samples, p.rate, t.Times == 0
	}
	return signal
}
