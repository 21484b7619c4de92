package configs

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/station"
)

func TestSamplesAreGood(t *testing.T) {
	files, err := filepath.Glob("*.toml")
	if err != nil || len(files) < 5 {
		t.Fatalf("found only %q, %v", files, err)
	}
	for _, file := range files {
		if _, err := Load(file); err != nil {
			t.Error(err)
		}
	}
}

// No door of a sample for real hardware opens by a code that everybody can read here.
func TestSamplesHaveNoCode(t *testing.T) {
	files, _ := filepath.Glob("*.toml")
	for _, file := range files {
		if file == "demo.toml" || file == "reference.toml" {
			continue
		}
		c, err := Load(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range c.Station.Doors {
			if d.Code != "" {
				t.Errorf("%s: door %q has a code", file, d.Name)
			}
		}
		if len(c.Station.Credentials) > 0 {
			t.Errorf("%s: somebody has a code", file)
		}
		if len(c.Station.Doors) == 0 || len(c.Station.Buttons) == 0 {
			t.Errorf("%s has no button or no door", file)
		}
	}
}

// The examples are for a Raspberry Pi, with the codes that they leave to the house.
func TestExamplesFitARaspberryPi(t *testing.T) {
	files, _ := filepath.Glob("example-*.toml")
	if len(files) != 3 {
		t.Fatalf("found %q", files)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole := "[board]\nmodel = \"raspberry-pi-4\"\n" + string(text)
		code := 5710
		for _, line := range strings.SplitAfter(string(text), "\n") {
			line, commented := strings.CutPrefix(line, "# ")
			if key, _, ok := strings.Cut(line, " ="); commented && (ok && !strings.Contains(key, " ") || strings.HasPrefix(line, "[[")) {
				code++
				whole += strings.Replace(line, `code = ""`, fmt.Sprintf(`code = "%d"`, code), 1)
			}
		}
		if c, faults := Check(file, []byte(whole)); len(faults) > 0 || len(c.Station.Credentials) == 0 {
			t.Errorf("%s: %v, %d codes", file, faults, len(c.Station.Credentials))
		}
	}
}

// The reference says what the program does: reading it gives the defaults, but for what each house must say itself.
func TestReferenceIsTheDefaults(t *testing.T) {
	got, faults := Check("reference.toml", Reference)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	want := Default()
	want.Station.AllowIncoming, want.SIP.Allow, want.Station.Holidays = []string{}, []string{}, []string{}
	always := station.DefaultSchedule()
	always.Name, always.Days = "always", []string{}
	want.Station.Schedules = []station.Schedule{always}
	want.Sound.Prompts = map[string]string{}
	want.Sound.Volumes = map[string]float64{}
	want.Sound.Mixer = map[string]string{}
	want.Board.Sound.Mixer = want.Sound.Mixer
	want.Board.Buttons = []board.ButtonConfig{{
		Name: "bell", Line: "GPIO17", Debounce: board.DefaultDebounce, ShortestPress: board.DefaultShortestPress,
	}}
	want.Board.Doors = []board.DoorConfig{{Name: "front", Relay: "GPIO27", Kind: board.Monostable, Interlock: []string{}}}
	want.Board.Inputs = []board.InputConfig{{
		Name: "front-contact", Line: "GPIO24", Use: "contact", Door: "front", Debounce: board.DefaultDebounce,
	}}
	want.Station.Buttons = []station.Button{{Name: "bell", Call: []string{"sip:11@fritz.box"}, LongPress: []string{}, DoublePress: []string{}, Otherwise: []string{}}}
	want.Station.Groups = []station.Group{{Name: "family", Steps: []station.Step{{Call: []string{"sip:12@fritz.box", "sip:13@fritz.box"}}}}}
	want.Station.Keys = []station.Key{{Keys: "*1", Does: station.KeyProlongs}}
	want.Station.Redirects = []station.Diversion{{Schedule: "always", To: "sip:20@fritz.box"}}
	want.Station.Doors = []station.Door{{
		Name: "front", Pulse: station.DefaultPulse, HeldOpen: station.DefaultHeldOpen, ThenAfter: station.DefaultThenAfter,
	}}
	want.Station.Inputs = []station.Input{{Name: "front-contact", Use: station.UseContact, Door: "front"}}
	want.Station.Credentials = got.Station.Credentials
	want.Hooks = got.Hooks
	want.Accounts, want.Callers = got.Accounts, got.Callers
	if !reflect.DeepEqual(got, want) {
		t.Errorf("reference.toml gives\n%+v\nthe defaults are\n%+v", got, want)
	}
	if a := got.Accounts[0]; a.Expires != 5*time.Minute || a.Password != "" || a.Username != "" || a.Proxy != "" || a.Registrar != "" {
		t.Errorf("the account's defaults are %+v", a)
	}
}

func TestReferenceHasEveryKey(t *testing.T) {
	places := newIndex(string(Reference))
	eachKey(reflect.ValueOf(tables{}), "", func(path string) {
		if _, ok := places[path]; !ok {
			t.Errorf("reference.toml does not have %s", path)
		}
	})
}

// Above every key of the reference, or above the lines that it stands with, is said what it does.
func TestReferenceExplainsEveryKey(t *testing.T) {
	explained := false
	for n, line := range strings.Split(string(Reference), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			explained = true
		case line == "":
			explained = false
		case strings.Contains(line, "=") && !explained:
			t.Errorf("reference.toml:%d: nothing says what %s does", n+1, line)
		}
	}
}

// eachKey calls f with the path of every key that a file can hold.
func eachKey(v reflect.Value, path string, f func(string)) {
	for key, field := range fields(v) {
		at := join(path, key)
		f(at)
		if field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct {
			field, at = reflect.Zero(field.Type().Elem()), join(at, "0")
		}
		if field.Kind() == reflect.Struct {
			eachKey(field, at, f)
		}
	}
}

func TestDemo(t *testing.T) {
	c, faults := Check("demo.toml", Demo)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if c.Board.Model != "sim" || c.SIP.Listen != "127.0.0.1:15060" {
		t.Errorf("the demo is %+v at %s: it must need no hardware and be reached from nowhere else", c.Board, c.SIP.Listen)
	}
	if d := c.Rules().Doors; len(d) != 1 || d[0].Code == "" || d[0].Pulse != 3*time.Second {
		t.Errorf("the demo's doors are %+v", d)
	}
	if accounts := c.Rules().Accounts; len(accounts) != 0 {
		t.Errorf("the demo waits for %q to be registered", accounts)
	}
}

func TestRulesKnowWhatMustBeRegistered(t *testing.T) {
	c, err := Load("raspberrypi-fritzbox.toml")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Rules().Accounts; !reflect.DeepEqual(got, []string{"fritzbox"}) {
		t.Errorf("they wait for %q", got)
	}
}

// A file from a Windows editor on a FAT card reads like any other.
func TestCRLFAndByteOrderMark(t *testing.T) {
	for _, file := range []string{"reference.toml", "raspberrypi-fritzbox.toml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := Check(file, text)
		got, faults := Check(file, []byte("\ufeff"+strings.ReplaceAll(string(text), "\n", "\r\n")))
		if len(faults) > 0 {
			t.Error(faults)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads otherwise with CRLF", file)
		}
	}
}
