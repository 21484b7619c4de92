package main

import (
	"context"
	"fmt"
	"log/slog"

	"intercom/cmd/intercom/demo"
	"intercom/configs"
)

// runDemo plays the main job on the embedded configuration.
func runDemo(ctx context.Context, args []string, s streams) int {
	flags := newFlags("demo", s)
	sound := flags.String("sound", "wav", "the door's sound `CARD`: wav (talkers, and files to listen to), default, or one by its name")
	out := flags.String("out", "demo-out", "the `DIR` for WAV files")
	verbose := flags.Bool("v", false, "show the log of both user agents too")
	if status, ok := parse(flags, args, 0, s); !ok {
		return status
	}
	config, faults := configs.Check("demo.toml", configs.Demo)
	if len(faults) > 0 {
		fmt.Fprintln(s.err, faults)
		return exitUsage
	}
	log := slog.New(slog.DiscardHandler)
	if *verbose {
		log = slog.New(slog.NewTextHandler(s.err, nil))
	}
	err := demo.Run(ctx, demo.Options{
		Config: config, Phone: "127.0.0.1:15062", Other: "127.0.0.1:15064", Sound: *sound, Out: *out, In: s.in, Stdout: s.out, Log: log,
	})
	if err != nil {
		fmt.Fprintln(s.err, "intercom demo:", err)
		return exitFault
	}
	return exitOK
}
