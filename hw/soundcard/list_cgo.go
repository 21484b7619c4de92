//go:build cgo

package soundcard

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/gen2brain/malgo"
)

// List finds the cards of this computer.
func List(log *slog.Logger) ([]Info, error) { return list(log, backends()) }

func list(log *slog.Logger, b []malgo.Backend) (all []Info, err error) {
	c := &Card{o: Options{Log: log}.withDefaults()}
	if c.context, err = malgo.InitContext(b, malgo.ContextConfig{}, c.hear); err != nil {
		return nil, fmt.Errorf("soundcard: no sound system found: %w", err)
	}
	defer func() { err = errors.Join(err, c.release()) }()
	capture, err := c.listed(malgo.Capture)
	if err != nil {
		return nil, fmt.Errorf("soundcard: the microphones cannot be listed: %w", err)
	}
	playback, err := c.listed(malgo.Playback)
	if err != nil {
		return nil, fmt.Errorf("soundcard: the loudspeakers cannot be listed: %w", err)
	}
	return join(capture, playback), nil
}

// listed asks what there is in one direction. A card that is busy may not say what it can do; it is listed all the same.
func (c *Card) listed(kind malgo.DeviceType) ([]Info, error) {
	infos, err := c.devices(kind)
	if err != nil {
		return nil, err
	}
	all := make([]Info, len(infos))
	for i, info := range infos {
		all[i] = Info{Name: info.Name(), ID: alsaID("/proc/asound", idOf(info)), Default: info.IsDefault != 0}
		formats := []Format{{}}
		if full, err := c.context.DeviceInfo(kind, info.ID, malgo.Shared); err == nil && len(full.Formats) > 0 {
			formats = formatsOf(full.Formats)
		}
		if kind == malgo.Capture {
			all[i].Capture = formats
		} else {
			all[i].Playback = formats
		}
	}
	return all, nil
}

func formatsOf(native []malgo.DataFormat) []Format {
	all := make([]Format, len(native))
	for i, f := range native {
		all[i] = Format{Rate: int(f.SampleRate), Channels: int(f.Channels), Sample: sampleName(f.Format)}
	}
	return all
}

func sampleName(f malgo.FormatType) string {
	switch f {
	case malgo.FormatU8:
		return "U8"
	case malgo.FormatS16:
		return "S16"
	case malgo.FormatS24:
		return "S24"
	case malgo.FormatS32:
		return "S32"
	case malgo.FormatF32:
		return "F32"
	}
	return ""
}
