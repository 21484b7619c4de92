package station

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Config is the rules' part of the configuration: the table [station], and of [[button]] and [[door]] what the rules
// need to know.
type Config struct {
	// Name is what the house's telephones show when the station calls: "Front door".
	Name string `toml:"name"`

	// RingTime is how long each target rings before the next one is tried, and how long an incoming call rings at the
	// station. 30s by default.
	RingTime time.Duration `toml:"ring_time"`
	// RingLimit is how long a press of a button rings in all, and its fallback once more. 60s by default.
	RingLimit time.Duration `toml:"ring_limit"`
	// ConfirmTime is how long who has lifted may take to press 1, where a step asks for that. 20s by default.
	ConfirmTime time.Duration `toml:"confirm_time"`
	// Quiet is the schedule at which no tone at the door tells of a call that rings. Empty: never.
	Quiet string `toml:"quiet"`

	// CallLimit ends a conversation; a tone warns 10 s before. 2m by default.
	CallLimit time.Duration `toml:"call_limit"`
	// HangUpAfterOpening ends the call so long after it opened a door; 0 leaves the call up. 5s by default.
	HangUpAfterOpening time.Duration `toml:"hang_up_after_opening"`

	// SilenceLimit ends a call from whose other side no sound has come for so long, not even silence in packets; 0 waits
	// for the call limit. 20s by default.
	SilenceLimit time.Duration `toml:"silence_limit"`

	// ButtonLock is how long a button is deaf after a press. 3s by default.
	ButtonLock time.Duration `toml:"button_lock"`
	// PressAgain is what a second press, after ButtonLock, does to the button's own call: "hang-up", "extend", which begins
	// its time anew, or "nothing". "hang-up" by default.
	PressAgain string `toml:"press_again"`

	// AllowIncoming lists who may call the station: a user ("11"), a URI ("sip:11@fritz.box"), the name of one who shows a
	// password ("kitchen"), or "*" for everybody for whom the user agent vouches. A caller for whom it does not is refused
	// whatever stands here. Empty by default: nobody.
	AllowIncoming []string `toml:"allow_incoming"`
	// AutoAnswer takes an allowed call without anybody at the station, with a tone at once and again every minute. False
	// by default: the station rings and a button answers.
	AutoAnswer bool `toml:"auto_answer"`
	// AutoAnswerHeaders takes an allowed call in the same way if the caller asks for that, by Answer-Mode, Alert-Info or
	// Call-Info. False by default.
	AutoAnswerHeaders bool `toml:"auto_answer_headers"`
	// SilentListening leaves those tones away: whoever is allowed can listen at the door and nobody there knows. False by
	// default.
	SilentListening bool `toml:"silent_listening"`
	// SecondCall is what becomes of an allowed caller while the station is in a call or calls the house: "busy", "queue" or
	// "join". "busy" by default.
	SecondCall string `toml:"second_call"`
	// DoNotDisturb is the schedule at which allowed callers too are refused (480). Empty: never.
	DoNotDisturb string `toml:"do_not_disturb"`

	// TellState plays a tone at the door when the station can call and when it no longer can; useful while it is being
	// installed. False by default.
	TellState bool `toml:"tell_state"`

	// DigitTimeout forgets a code that was begun and not gone on with. 5s by default.
	DigitTimeout time.Duration `toml:"digit_timeout"`
	// WrongCodes is how many wrong codes, over all calls together, begin a lock-out. 5 by default.
	WrongCodes int `toml:"wrong_codes"`
	// LockOut is the first lock-out's length; each further wrong code doubles it. 1m by default.
	LockOut time.Duration `toml:"lock_out"`
	// LockOutMax is the longest lock-out. One wrong code is forgiven for every such time that passes without another.
	// 30m by default.
	LockOutMax time.Duration `toml:"lock_out_max"`

	// GuessBudget is how many wrong codes there may be in the long run: beyond it each locks out for a day, and one is forgiven
	// a day. 30 by default.
	GuessBudget int `toml:"guess_budget"`
	// OpeningRight is for how long after a ring a code opens in a call that came of no ring, unless the code always may. 5m by
	// default.
	OpeningRight time.Duration `toml:"opening_right"`

	// TamperBlock is for how long doors stay shut after the housing was opened and closed again. 30m by default.
	TamperBlock time.Duration `toml:"tamper_block"`
	// TamperBlocksExit keeps the exit buttons from opening too then. False by default: who is inside must come out.
	TamperBlocksExit bool `toml:"tamper_blocks_exit"`

	// TimeZone is where the station is, by its name in the system's time zone database ("Europe/Berlin"). Empty, the
	// default, is the system's own.
	TimeZone string `toml:"time_zone"`
	// Holidays lists days that schedules may treat as such: "12-25" every year, "2026-04-03" once.
	Holidays []string `toml:"holidays"`

	// Location is that of TimeZone; nil is the system's own.
	Location *time.Location `toml:"-"`

	// Buttons, Doors and Schedules come from their own tables, Accounts are those of [[account]] that register with a
	// server.
	Schedules   []Schedule   `toml:"-"`
	Groups      []Group      `toml:"-"`
	Redirects   []Diversion  `toml:"-"`
	Keys        []Key        `toml:"-"`
	Buttons     []Button     `toml:"-"`
	Doors       []Door       `toml:"-"`
	Inputs      []Input      `toml:"-"`
	Credentials []Credential `toml:"-"`
	Accounts    []string     `toml:"-"`
}

// Button is whom a button calls.
type Button struct {
	Name string `toml:"-"`
	// Call lists the targets, tried in this order: SIP URIs, bare users of an account that has a registrar, or "group:name"
	// for a [[group]].
	Call []string `toml:"call"`
	// LongPress and DoublePress list whom the button calls when it is held for a second, or pressed twice in a row. Empty:
	// every press is the same.
	LongPress   []string `toml:"long_press"`
	DoublePress []string `toml:"double_press"`
	// Otherwise lists whom it calls if nobody of those answers.
	Otherwise []string `toml:"otherwise"`
	// DisplayName is what telephones show for its calls; empty: the station's Name.
	DisplayName string `toml:"display_name"`
	// AlertInfo tells telephones how to ring for it, as a header field's value (RFC 3261 §20.4).
	AlertInfo string `toml:"alert_info"`
	// Quiet leaves away the tones at the door that tell of its calls ringing.
	Quiet bool `toml:"quiet"`
	// Account is the [[account]] that places the call; empty means the first.
	Account string `toml:"account"`
}

// Door is when and for how long a door is opened.
type Door struct {
	Name string `toml:"-"`
	// Pulse is how long the relay is pulled: up to LongestPulse, of a Light on a bistable relay up to LongestLight. 3s by default.
	Pulse time.Duration `toml:"pulse"`
	// Code is what the house types in a call to open the door: 4 to 12 digits, or what "intercom hash" has made of them. Empty: no code opens it.
	Code Code `toml:"code"`
	// CodeAlways lets the code open in a call from the house too to which nobody has rung the bell. False by default: within
	// Config.OpeningRight of a ring.
	CodeAlways bool `toml:"code_always"`
	// AllowWeakCode accepts a code that would be guessed first: 1234, 0000, 4711 twice over. False by default.
	AllowWeakCode bool `toml:"allow_weak_code"`

	// Light says that the relay switches a light, and no door: a [[key]] pulls it without a code, for longer than any door if
	// it is bistable. False by default.
	Light bool `toml:"light"`

	// HeldOpen is how long the door may be open, by its contact, before that is an alarm; 0 for ever. 1m by default.
	HeldOpen time.Duration `toml:"held_open"`
	// ForcedAlarm sounds at the door at once when it opens, by its contact, though nobody has let it go; it is recorded in any
	// case. False by default, for doors that have a key too.
	ForcedAlarm bool `toml:"forced_alarm"`
	// OpenDuring is the [[schedule]] during which a bistable door is held open; empty: never.
	OpenDuring string `toml:"open_during"`
	// Then is a door that opens ThenAfter this one was opened by a code: the house door after the gate. Empty: none.
	Then      string        `toml:"then"`
	ThenAfter time.Duration `toml:"then_after"`
}

// A Code is a secret that prints as "***".
type Code string

// String hides the code.
func (c Code) String() string {
	if c == "" {
		return ""
	}
	return "***"
}

// Format hides the code from every verb of package fmt, %x and %d among them.
func (c Code) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// MarshalText hides the code from JSON and TOML.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// LogValue hides the code from slog.
func (c Code) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Default is the configuration of a station without buttons and doors.
func Default() Config {
	return Config{
		Name:               "Door",
		RingTime:           30 * time.Second,
		CallLimit:          2 * time.Minute,
		HangUpAfterOpening: 5 * time.Second,
		SilenceLimit:       20 * time.Second,
		ButtonLock:         3 * time.Second,
		PressAgain:         PressAgainHangsUp,
		RingLimit:          time.Minute,
		ConfirmTime:        20 * time.Second,
		SecondCall:         SecondIsBusy,
		GuessBudget:        30,
		OpeningRight:       5 * time.Minute,
		TamperBlock:        30 * time.Minute,
		DigitTimeout:       5 * time.Second,
		WrongCodes:         5,
		LockOut:            time.Minute,
		LockOutMax:         30 * time.Minute,
	}
}

// What a second press does: Config.PressAgain.
const (
	PressAgainHangsUp = "hang-up"
	PressAgainExtends = "extend"
	PressAgainNothing = "nothing"
)

// Defaults of a door.
const (
	DefaultHeldOpen  = time.Minute
	DefaultThenAfter = 10 * time.Second
)

// DefaultPulse is a door's Pulse where none is said.
const DefaultPulse = 3 * time.Second

// usable replaces what would make the rules meaningless (a ring time of nothing, no limit on wrong codes) by the
// default, so that no mistake above makes the station deaf or its codes guessable.
func (c Config) usable() Config {
	d := Default()
	for _, v := range []struct{ have, want *time.Duration }{
		{&c.RingTime, &d.RingTime},
		{&c.RingLimit, &d.RingLimit},
		{&c.ConfirmTime, &d.ConfirmTime},
		{&c.CallLimit, &d.CallLimit},
		{&c.DigitTimeout, &d.DigitTimeout},
		{&c.LockOut, &d.LockOut},
		{&c.LockOutMax, &d.LockOutMax},
		{&c.OpeningRight, &d.OpeningRight},
	} {
		if *v.have <= 0 {
			*v.have = *v.want
		}
	}
	if c.WrongCodes <= 0 {
		c.WrongCodes = d.WrongCodes
	}
	if c.GuessBudget <= 0 {
		c.GuessBudget = d.GuessBudget
	}
	c.LockOutMax = max(c.LockOutMax, c.LockOut)
	return c
}
