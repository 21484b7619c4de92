package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"intercom/board"
	"intercom/board/sim"
	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/notify"
	"intercom/cmd/intercom/station"
	"intercom/configs"
)

// runStation is a door station for as long as the process lives.
func runStation(ctx context.Context, args []string, s streams) int {
	flags := newFlags("run", s)
	file := flags.String("config", "", "the configuration `FILE`")
	script := flags.String("script", "", "on a simulated board, a `FILE` that says what is pressed and expected")
	if status, ok := parse(flags, args, 0, s); !ok {
		return status
	}
	config, err := loadConfig(*file)
	if err != nil {
		fmt.Fprintln(s.err, err)
		return exitUsage
	}
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: config.Log.Level}))
	if err := serve(ctx, config, *script, log); err != nil {
		log.Error("the station has stopped", "err", err)
		return exitFault
	}
	return exitOK
}

// places are where a configuration is looked for, the SD card's boot partition first.
func places() []string {
	return []string{"/boot/firmware/intercom.toml", "/boot/intercom.toml", "/etc/intercom.toml"}
}

func loadConfig(file string) (configs.Config, error) {
	if file != "" {
		return configs.Load(file)
	}
	for _, place := range places() {
		if _, err := os.Stat(place); !errors.Is(err, fs.ErrNotExist) {
			return configs.Load(place)
		}
	}
	return configs.Config{}, fmt.Errorf("there is no configuration: none of %s exists, and no -config FILE was given; "+
		"\"intercom demo\" needs none", strings.Join(places(), ", "))
}

// serve runs the station until ctx ends or the script does, with the relays at rest before it and after it.
func serve(ctx context.Context, config configs.Config, script string, log *slog.Logger) (err error) {
	hw, err := openHardware(config, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hw.Close()) }()
	if script != "" && hw.face == nil {
		return errors.New(`a script needs a simulated board: write model = "sim" in [board]`)
	}
	guard, err := notify.New(notify.Options{Watchdog: config.Watchdog, Log: log})
	if err != nil {
		log.Error("nobody watches over the station", "err", err)
	}
	defer func() { err = errors.Join(err, guard.Close()) }()
	door, err := appliance.New(appliance.Options{
		Config: config, Board: hw.Board, Instance: deviceID("/"), Log: log, Watch: watched(guard),
	})
	if err != nil {
		return err
	}
	guard.Ready()
	log.Info("the station starts", "model", hw.Model, "sound", soundName(hw.Board), "version", version)
	if script == "" {
		return door.Run(ctx)
	}
	return runScripted(ctx, door, script, hw.face, log)
}

// watched tells whoever watches over the process that the station's loop goes round, and what its light shows.
func watched(guard *notify.Guard) appliance.Watcher {
	return appliance.Watcher{
		Alive: guard.Alive,
		Action: func(_ time.Time, action station.Action) {
			if light, ok := action.(station.Light); ok {
				guard.Status(strings.ReplaceAll(light.Pattern, "-", " "))
			}
		},
	}
}

// runScripted runs the station until the script says quit or something is not as the script expects, which is returned.
func runScripted(ctx context.Context, door *appliance.Appliance, script string, face *sim.Board, log *slog.Logger) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	played := make(chan error, 1)
	go func() {
		err := playScript(ctx, script, face, log)
		if err != nil {
			stop()
		}
		played <- err
	}()
	err := door.Run(ctx)
	stop()
	if wrong := <-played; !errors.Is(wrong, sim.ErrQuit) && !errors.Is(wrong, context.Canceled) {
		err = errors.Join(err, wrong)
	}
	return err
}

func playScript(ctx context.Context, file string, face *sim.Board, log *slog.Logger) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("the script: %w", err)
	}
	defer f.Close()
	return sim.RunScript(ctx, file, f, face, log)
}

func soundName(b *board.Board) string {
	if b.Sound() == nil {
		return "none"
	}
	return b.Sound().String()
}
