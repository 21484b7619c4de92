package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"intercom/board"
	"intercom/cmd/intercom/devices"
	"intercom/configs"
)

// runDevices lists lines and sound cards.
func runDevices(_ context.Context, args []string, s streams) int {
	flags := newFlags("devices", s)
	file := flags.String("config", "", "take the board's model from this configuration `FILE`")
	asJSON := flags.Bool("json", false, "write JSON")
	if status, ok := parse(flags, args, 0, s); !ok {
		return status
	}
	config := configs.Default()
	if *file != "" {
		var err error
		if config, err = configs.Load(*file); err != nil {
			fmt.Fprintln(s.err, err)
			return exitUsage
		}
	}
	list := devices.New(devices.Sources{
		Survey: board.LookAround(config.Board, "/"),
		Cards:  func() ([]board.SoundInfo, error) { return board.Cards(nil) },
		Mixer:  board.MixerControls,
	})
	if err := writeDevices(s.out, list, *asJSON); err != nil {
		fmt.Fprintf(s.err, "intercom devices: %v\n", err)
		return exitFault
	}
	return exitOK
}

func writeDevices(out io.Writer, l devices.List, asJSON bool) error {
	if asJSON {
		return writeJSON(out, l)
	}
	return l.WriteText(out)
}

// writeJSON writes a value so that people can read it too.
func writeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
