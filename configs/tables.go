package configs

import (
	"log/slog"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/hook"
	"intercom/cmd/intercom/station"
	"intercom/media"
	"intercom/ua"
)

// tables is the file as it is written.
type tables struct {
	Station  station.Config  `toml:"station"`
	Buttons  []button        `toml:"button"`
	Doors    []door          `toml:"door"`
	Inputs   []input         `toml:"input"`
	LED      board.LEDConfig `toml:"led"`
	Sound    Sound           `toml:"sound"`
	SIP      ua.Config       `toml:"sip"`
	Accounts []ua.Account    `toml:"account"`
	Callers  []ua.Caller     `toml:"caller"`
	RTP      media.Config    `toml:"rtp"`
	Board    model           `toml:"board"`
	State    State           `toml:"state"`
	Control  Control         `toml:"control"`
	Log      level           `toml:"log"`

	Schedules   []station.Schedule   `toml:"schedule"`
	Credentials []station.Credential `toml:"code"`
	Hooks       []hook.Config        `toml:"hook"`
	Groups      []station.Group      `toml:"group"`
	Redirects   []station.Diversion  `toml:"redirect"`
	Keys        []station.Key        `toml:"key"`
}

// button is one [[button]]: what it is wired to, and whom it calls.
type button struct {
	// Name is what the log and the other tables call it.
	Name string `toml:"name"`
	board.ButtonConfig
	station.Button
}

// door is one [[door]]: what opens it, and who may.
type door struct {
	Name string `toml:"name"`
	board.DoorConfig
	station.Door
}

// input is one [[input]]: what it is wired to, and what it is for.
type input struct {
	board.InputConfig
}

// rules is what the rules know of an input.
func (in input) rules() station.Input {
	return station.Input{Name: in.Name, Use: in.Use, Door: in.Door}
}

type model struct {
	Model    string `toml:"model"`
	Watchdog string `toml:"watchdog"`
}

type level struct {
	Level string `toml:"level"`
}

// defaults is an empty file, with every value that stands for itself when nothing is written.
func defaults() tables {
	return tables{
		Station: station.Default(),
		Sound:   Sound{board.Default().Sound, media.DefaultSound()},
		SIP:     ua.Default(),
		RTP:     media.Default(),
		Board:   model{Model: board.Default().Model},
		State:   State{Dir: DefaultStateDir, AuditSize: 1024},
		Control: Control{Socket: DefaultControlSocket},
		Log:     level{"info"},
	}
}

// defaultExpires is what the user agent asks for where an account says nothing.
const defaultExpires = 5 * time.Minute

// preset gives an element of a repeated table its defaults before the file is read into it.
func preset(element any) {
	switch e := element.(type) {
	case *button:
		e.Debounce, e.ShortestPress = board.DefaultDebounce, board.DefaultShortestPress
	case *station.Schedule:
		*e = station.DefaultSchedule()
	case *door:
		e.Pulse, e.Kind = station.DefaultPulse, board.Monostable
		e.HeldOpen, e.ThenAfter = station.DefaultHeldOpen, station.DefaultThenAfter
	case *input:
		e.Debounce = board.DefaultDebounce
	case *hook.Config:
		e.Timeout = hook.DefaultTimeout
	case *ua.Account:
		e.Expires = defaultExpires
	}
}

// config hands every package its part.
func (t tables) config() Config {
	c := Config{
		Station:  t.Station,
		Board:    board.Config{Model: t.Board.Model, LED: t.LED, Sound: t.Sound.SoundConfig},
		Sound:    t.Sound,
		SIP:      t.SIP,
		Accounts: t.Accounts,
		Callers:  t.Callers,
		RTP:      t.RTP,
		State:    t.State,
		Control:  t.Control,
		Watchdog: t.Board.Watchdog,
		Log:      Log{logLevels()[t.Log.Level]},
	}
	c.Station.Schedules, c.Station.Groups, c.Station.Redirects, c.Station.Keys = t.Schedules, t.Groups, t.Redirects, t.Keys
	c.Station.Credentials = t.Credentials
	c.Hooks = t.Hooks
	for _, b := range t.Buttons {
		b.ButtonConfig.Name, b.Button.Name = b.Name, b.Name
		c.Board.Buttons = append(c.Board.Buttons, b.ButtonConfig)
		c.Station.Buttons = append(c.Station.Buttons, b.Button)
	}
	for _, d := range t.Doors {
		d.DoorConfig.Name, d.Door.Name = d.Name, d.Name
		c.Board.Doors = append(c.Board.Doors, d.DoorConfig)
		c.Station.Doors = append(c.Station.Doors, d.Door)
	}
	for _, in := range t.Inputs {
		c.Board.Inputs = append(c.Board.Inputs, in.InputConfig)
		c.Station.Inputs = append(c.Station.Inputs, in.rules())
	}
	return c
}

func logLevels() map[string]slog.Level {
	return map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
}
