package station

import (
	"strings"
	"testing"
	"time"
)

func TestCheckAcceptsTheHouse(t *testing.T) {
	for _, f := range house().Check() {
		t.Error(f)
	}
}

func TestCheckFindsEveryFault(t *testing.T) {
	for _, c := range []struct {
		change func(*Config)
		path   string
		want   string
	}{
		{func(c *Config) { c.RingTime = time.Second }, "station.ring_time", `from "5s" to "5m"`},
		{func(c *Config) { c.CallLimit = 0 }, "station.call_limit", `"0s" is out of bounds`},
		{func(c *Config) { c.HangUpAfterOpening = -1 }, "station.hang_up_after_opening", "out of bounds"},
		{func(c *Config) { c.ButtonLock = time.Hour }, "station.button_lock", `"1h"`},
		{func(c *Config) { c.DigitTimeout = 0 }, "station.digit_timeout", "out of bounds"},
		{func(c *Config) { c.LockOut = 0 }, "station.lock_out", "out of bounds"},
		{func(c *Config) { c.LockOutMax = time.Second }, "station.lock_out_max", `from "1m" to "24h"`},
		{func(c *Config) { c.WrongCodes = 1000 }, "station.wrong_codes", "1000"},
		{func(c *Config) { c.AllowIncoming = []string{"11", ""} }, "station.allow_incoming.1", `"" is no caller`},
		{func(c *Config) { c.AllowIncoming = []string{"<sip:11@fritz.box>"} }, "station.allow_incoming.0", "no caller"},
		{func(c *Config) { c.Buttons = nil }, "button", "no button"},
		{func(c *Config) { c.Buttons[1].Call = nil }, "button.1.call", "calls nobody"},
		{func(c *Config) { c.Doors[1].Pulse = 0 }, "door.1.pulse", `"200ms" to "30s"`},
		{func(c *Config) { c.Doors[1].Pulse = 31 * time.Second }, "door.1.pulse", `"31s"`},
		{func(c *Config) { c.Doors[0].Code = "123" }, "door.0.code", "4 to 12 digits"},
		{func(c *Config) { c.Doors[0].Code = "7391a" }, "door.0.code", "4 to 12 digits"},
		{func(c *Config) { c.Doors[0].Code = "4711" + "4711" }, "door.0.code", "guessed first"},
		{func(c *Config) { c.Doors[1].Code = frontCode }, "door.1.code", "the code of the door"},
	} {
		cfg := house()
		c.change(&cfg)
		faults := cfg.Check()
		if len(faults) != 1 || faults[0].Path != c.path || !strings.Contains(faults[0].Error(), c.want) {
			t.Errorf("got %v, wanted %s: … %s …", faults, c.path, c.want)
		}
	}
}

func TestWeakCodes(t *testing.T) {
	for _, c := range []Code{"1234", "0000", "4321", "7890", "0987", "123456789012", "1212", "987987", "2222222", "47114711"} {
		if !weak(c) {
			t.Errorf("%s passes for strong", string(c))
		}
	}
	for _, c := range []Code{"7391", "4711", "1235", "90210", "123123124", "2580"} {
		if weak(c) {
			t.Errorf("%s passes for weak", string(c))
		}
	}
}

func TestFaultsSayNoCode(t *testing.T) {
	for _, code := range []Code{"1234", "739", "7391x", "22222222"} {
		cfg := house()
		cfg.Doors[0].Code, cfg.Doors[1].Code = code, code
		for _, f := range cfg.Check() {
			if strings.Contains(f.Error(), string(code)) {
				t.Errorf("says the code: %v", f)
			}
		}
	}
}
