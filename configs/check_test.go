package configs

import (
	"reflect"
	"strings"
	"testing"

	"intercom/cmd/intercom/station"
	"intercom/ua"
)

// Whatever a file holds, Check says where each fault is, tells no secret, and changes nothing of what is not at fault.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(good))
	f.Add(Reference)
	f.Add(Demo)
	f.Add([]byte("\ufeff[station]\r\nring_time = 3\r\n"))
	f.Add([]byte("station = 1\nbutton = [1, {}]\ndoor = {}\naccount = [{name = 1}]\n"))
	f.Add([]byte("[sound.prompts]\nx = [1]\n[[sound]]\n"))
	f.Add([]byte("\"\\u001b\" = !\r \x1b[31m \xff\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, faults := Check("x.toml", text)
		lines := 1 + strings.Count(string(text), "\n")
		for _, fault := range faults {
			if fault.Line < 1 || fault.Line > lines || fault.Column < 1 || fault.Text == "" || fault.Want == "" {
				t.Fatalf("%#v in a text of %d lines", fault, lines)
			}
			if strings.ContainsAny(fault.String(), "\r\n\x00\x1b") {
				t.Fatalf("a fault of more than one line: %q", fault.String())
			}
		}
		if len(faults) == 0 {
			usable(t, c)
		}
		again, _ := Check("x.toml", text)
		if !reflect.DeepEqual(c, again) {
			t.Fatal("read twice, it is not the same")
		}
	})
}

// usable holds what every part of the station may rely on.
func usable(t *testing.T, c Config) {
	t.Helper()
	if len(c.Station.Buttons) == 0 || len(c.Station.Buttons) != len(c.Board.Buttons) || len(c.Station.Doors) != len(c.Board.Doors) {
		t.Fatalf("%d buttons with rules, %d with wires; %d doors with rules, %d with wires",
			len(c.Station.Buttons), len(c.Board.Buttons), len(c.Station.Doors), len(c.Board.Doors))
	}
	for i, d := range c.Station.Doors {
		if d.Pulse < station.ShortestPulse || d.Pulse > station.LongestPulse || d.Name != c.Board.Doors[i].Name {
			t.Fatalf("a door such as %+v", d)
		}
	}
	if len(c.Accounts) == 0 || c.Station.RingTime <= 0 || c.Station.WrongCodes <= 0 {
		t.Fatalf("accepted %+v", c)
	}
}

// What is at fault is never in force, even for a caller who does not look at the faults.
func TestFaultyValuesStayAtTheirDefaults(t *testing.T) {
	c, faults := Check("x.toml", []byte("[station]\nring_time = 3\nauto_answer = 1\nallow_incoming = \"*\"\n[[door]]\nname = \"front\"\npulse = 30\ncode = 73915\n"))
	if len(faults) < 5 {
		t.Error(faults)
	}
	d := station.Default()
	if c.Station.RingTime != d.RingTime || c.Station.AutoAnswer || len(c.Station.AllowIncoming) > 0 {
		t.Errorf("in force: %+v", c.Station)
	}
	if got := c.Station.Doors[0]; got.Pulse != station.DefaultPulse || got.Code != "" {
		t.Errorf("in force: %+v", got)
	}
}

func TestSeveralAccounts(t *testing.T) {
	text := good + "[[account]]\naor = \"sip:door@192.168.1.2\"\n[[account]]\nname = \"box\"\naor = \"sip:door@192.168.1.3\"\n"
	_, faults := Check("x.toml", []byte(text))
	if len(faults) != 2 || faults[0].Line != 21 || faults[1].Line != 24 {
		t.Error(faults)
	}
}

func TestTargets(t *testing.T) {
	for _, c := range []struct {
		target         string
		alone, account bool // is it good without a registrar, with one?
	}{
		{"sip:11@fritz.box", true, true},
		{"sip:11@192.168.1.20:5062;transport=udp", true, true},
		{"sip:192.168.1.20", true, true},
		{"sip:house@[fd00::1]", true, true},
		{"11", false, true},
		{"**610", false, true},
		{"**9", false, false},
		{"+4930123456", false, true},
		{"anna.b", false, true},
		{"11@fritz.box", false, false},
		{"sip:", false, false},
		{"sip:@", false, false},
		{"sip:11@", false, false},
		{"sip:11 @fritz.box", false, false},
		{"<sip:11@fritz.box>", false, false},
		{"tel:11", false, false},
		{"http://fritz.box", false, false},
		{"1 1", false, false},
		{"11\r\nBye: now", false, false},
		{"", false, false},
	} {
		if got := targetWant(c.target, false) == ""; got != c.alone {
			t.Errorf("%q without a registrar: %v", c.target, got)
		}
		if got := targetWant(c.target, true) == ""; got != c.account {
			t.Errorf("%q with a registrar: %v", c.target, got)
		}
	}
}

func TestAccountOf(t *testing.T) {
	all := []ua.Account{{Name: "a"}, {Name: "b"}}
	for name, want := range map[string]string{"": "a", "a": "a", "b": "b", "c": ""} {
		if got, _ := accountOf(name, all); got.Name != want {
			t.Errorf("%q is %q", name, got.Name)
		}
	}
}
