package configs

import (
	"reflect"
	"strings"
	"testing"

	"intercom/board"
)

// good is a file without faults, one line for each thing that a test may spoil.
const good = `[station]
ring_time = "20s"

[[button]]
name = "bell"
line = "GPIO17"
call = ["sip:11@fritz.box", "12"]
account = "box"

[[door]]
name = "front"
relay = "GPIO27"
pulse = "3s"
code = "73915"

[[account]]
name = "box"
aor = "sip:door@fritz.box"
password = "hunter2"
registrar = "sip:fritz.box"
`

func TestGoodFile(t *testing.T) {
	if _, faults := Check("x.toml", []byte(good)); len(faults) > 0 {
		t.Fatal(faults)
	}
}

// Each spoils the good file in one way and expects one fault, at its place.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		replace, by string
		want        string // the whole fault
	}{
		// Keys.
		{`ring_time`, `ring_tme`, `x.toml:2:1: "ring_tme" is unknown in [station]; did you mean "ring_time"?`},
		{`[station]`, `[statoin]`, `x.toml:1:1: "statoin" is unknown in the file; did you mean "station"?`},
		{`relay = `, `rleay = "" # `, `x.toml:12:1: "rleay" is unknown in [door]; did you mean "relay"?
			x.toml:10:1: it has no line; "GPIO17", "pin 11" and "pinctrl-bcm2835:17" are examples`},
		{`pulse = "3s"`, `ring_time = "3s"`, `x.toml:13:1: "ring_time" is unknown in [door]; it belongs in [station]`},
		{`[station]`, "[led]\n\"ü ö\" = 3\n[station]", `x.toml:2:1: "ü ö" is unknown in [led]; the keys are active_low, line`},
		{`[station]`, "[led]\na.b.c = 3\n[station]", `x.toml:2:1: "a" is unknown in [led]; the keys are active_low, line`},
		{`[station]`, "[led]\n[led.extra]\n[station]", `x.toml:2:1: "extra" is unknown in [led]; the keys are active_low, line`},

		{`[station]`, "[state]\ndir = \"var\"\n[station]", `x.toml:2:7: dir cannot be "var"; write a whole path such as "/var/lib/intercom", or "" to keep nothing`},

		// Types.
		{`ring_time = "20s"`, `ring_time = 20`, `x.toml:2:13: ring_time cannot be the number 20; write "20s"`},
		{`ring_time = "20s"`, `ring_time = 2.5 # s`, `x.toml:2:13: ring_time cannot be the number 2.5; write "2.5s"`},
		{`ring_time = "20s"`, `ring_time = "20"`, `x.toml:2:13: ring_time cannot be the text "20"; write "20s"`},
		{`ring_time = "20s"`, `ring_time = "soon"`, `x.toml:2:13: ring_time cannot be the text "soon"; write a time such as "500ms", "3s" or "2m"`},
		{`ring_time = "20s"`, `ring_time = "-20s"`, `x.toml:2:13: ring_time cannot be the text "-20s"; write a time such as "500ms", "3s" or "2m"`},
		{`ring_time = "20s"`, `ring_time = true`, `x.toml:2:13: ring_time cannot be the truth value true; write a time such as "500ms", "3s" or "2m"`},
		{`ring_time = "20s"`, `ring_time = 2026-03-01`, `x.toml:2:13: ring_time cannot be the date 2026-03-01; write a time such as "500ms", "3s" or "2m"`},
		{`ring_time = "20s"`, `auto_answer = "yes"`, `x.toml:2:15: auto_answer cannot be the text "yes"; write true or false`},
		{`ring_time = "20s"`, `wrong_codes = "5"`, `x.toml:2:15: wrong_codes cannot be the text "5"; write a whole number, without quotes`},
		{`ring_time = "20s"`, `wrong_codes = 5.0`, `x.toml:2:15: wrong_codes cannot be the number 5.0; write a whole number, without quotes`},
		{`ring_time = "20s"`, `name = 7`, `x.toml:2:8: name cannot be the number 7; write it in quotes: "7"`},
		{`account = "box"`, `account = ["box"]`, `x.toml:8:11: account cannot be a list; write it in quotes`},
		{`["sip:11@fritz.box", "12"]`, `"sip:11@fritz.box"`, `x.toml:7:8: call cannot be the text "sip:11@fritz.box"; write a list: ["sip:11@fritz.box"]`},
		{`"12"]`, `12]`, `x.toml:7:29: call cannot be the number 12; write it in quotes: "12"`},
		{`[[door]]`, `[door]`, `x.toml:10:1: door cannot be a table; write each as a table with two brackets: [[door]]`},
		{`[station]`, `[[station]]`, `x.toml:1:1: station cannot be a repeated table; write it as a table: [station]`},
		{`[station]`, "led = 3\n[station]", `x.toml:1:7: led cannot be the number 3; write it as a table: [led]`},
		{`[station]`, "[sound]\ntone_gain = \"6\"\n[station]", `x.toml:2:13: tone_gain cannot be the text "6"; write a number, without quotes`},

		// Values of one package.
		{`"20s"`, `"1s"`, `x.toml:2:13: "1s" is out of bounds; write a time from "5s" to "5m"`},
		{`"20s"`, "\"20s\"\nallow_incoming = [\"11\", \"\"]", `x.toml:3:25: "" is no caller; write a user ("11"), an address ("sip:11@fritz.box") or "*"`},
		{`"3s"`, `"100ms"`, `x.toml:13:9: "100ms" is out of bounds; write a time from "200ms" to "30s"`},
		{`"3s"`, `"31s"`, `x.toml:13:9: "31s" is out of bounds; write a time from "200ms" to "30s"`},
		{`"73915"`, `"1"`, `x.toml:14:8: "***" is no code: its length is 1; write 4 to 12 digits`},
		{`"73915"`, `"7391x"`, `x.toml:14:8: "***" is no code: there is more in it than digits; write 4 to 12 digits`},
		{`"73915"`, `"1234"`, `x.toml:14:8: "***" is a code that is guessed first; choose one without a pattern, or set allow_weak_code = true`},
		{`"73915"`, `73915`, `x.toml:14:8: code cannot be the number ("***"); write it in quotes`},
		{`"hunter2"`, `4711`, `x.toml:19:12: password cannot be the number ("***"); write it in quotes`},
		{`name = "bell"`, ``, `x.toml:4:1: it has no name; give it one of its own`},
		{`"GPIO27"`, `"GPIO17"`, `x.toml:12:9: "GPIO17" is the line of button "bell" already; take another: a line has one use`},
		{`line = "GPIO17"`, ``, `x.toml:4:1: it has no line; "GPIO17", "pin 11" and "pinctrl-bcm2835:17" are examples`},
		{`line = "GPIO17"`, `line = "GPIO17"` + "\npull = \"sideways\"", `x.toml:7:8: "sideways" is unknown; one of "up", "down", "off", "keep" would do`},
		{`relay = "GPIO27"`, ``, `x.toml:10:1: it has no line; "GPIO17", "pin 11" and "pinctrl-bcm2835:17" are examples`},
		{`[station]`, "[sip]\nlisten = \"5060\"\n[station]", `x.toml:2:10: listen cannot be "5060"; write an address and a port such as "0.0.0.0:5060"`},
		{`[station]`, "[sip]\nallow = [\"10.0.0.0/8\", \"fritz.box\"]\n[station]", `x.toml:2:24: allow cannot be "fritz.box"; write an address or a prefix such as "192.168.178.0/24"`},
		{`[station]`, "[rtp]\nports = \"5000-5000\"\n[station]", `x.toml:2:9: ports cannot be "5000-5000"; write a range with room for an even port and the odd one above it, such as "16384-16482"`},
		{`[station]`, "[rtp]\ncodecs = [\"PCMA\", \"opus\"]\n[station]", `x.toml:2:19: codecs cannot be "opus"; write "G722", "PCMA" or "PCMU"`},
		{`[station]`, "[log]\nlevel = \"loud\"\n[station]", `x.toml:2:9: level cannot be "loud"; write "debug", "info", "warn" or "error"`},
		{`[station]`, "[board]\nmodel = \"zx81\"\n[station]", `x.toml:2:9: "zx81" is unknown; one of "` + strings.Join(board.Models(), `", "`) + `" would do`},
		{`aor = "sip:door@fritz.box"`, `aor = "door"`, `x.toml:18:7: aor cannot be "door"; write an address such as "sip:door@fritz.box"`},
		{`registrar = "sip:fritz.box"`, `registrar = "fritz.box"`, `x.toml:20:13: registrar cannot be "fritz.box"; write a server such as "sip:192.168.178.1"`},

		// Values of two packages.
		{`account = "box"`, `account = "bx"`, `x.toml:8:11: there is no account "bx"; the accounts are "box"`},
		{"pulse = \"3s\"\ncode = \"73915\"", "pulse = \"3m\"\nlight = true",
			`x.toml:13:9: a monostable relay is on for 30s at most; write kind = "bistable" if this is a light, or a shorter time`},
		{`code = "73915"`, "open_during = \"office\"\n[[schedule]]\nname = \"office\"",
			`x.toml:14:15: only a bistable door can be held open; write kind = "bistable", if the opener bears it, or leave the line away`},
		{`"12"]`, `"sip 12"]`, `x.toml:7:29: "sip 12" cannot be called; write an address such as "sip:11@fritz.box"`},
		{`"12"]`, `"mailto:me@home"]`, `x.toml:7:29: "mailto:me@home" cannot be called; write an address such as "sip:11@fritz.box"`},
		{`"12"]`, `""]`, `x.toml:7:29: "" cannot be called; write an address such as "sip:11@fritz.box"`},
		{`"12"]`, `"**9"]`, `x.toml:7:29: "**9" cannot be called; name telephones or a group: **9 rings the answering machine of a FRITZ!Box too, which answers first`},
		{`registrar = "sip:fritz.box"`, ``, `x.toml:7:29: "12" cannot be called; without a registrar the whole address is needed, such as "sip:12@192.168.1.20"`},
		{`call = ["sip:11@fritz.box", "12"]`, ``, `x.toml:4:1: the button calls nobody; write whom it calls: call = ["sip:11@fritz.box"]`},
		{`call = ["sip:11@fritz.box", "12"]`, `call = []`, `x.toml:7:8: the button calls nobody; write whom it calls: call = ["sip:11@fritz.box"]`},
		{`[station]`, "[sound.prompts]\ndoor-opn = \"/a.wav\"\n[station]", `x.toml:2:1: "door-opn" is no tone of the station; did you mean "door-open"?`},
		{`[station]`, "[sound]\nmixer_profile = \"loud\"\n[station]", `x.toml:2:17: "loud" is unknown; one of "auto", "none", "wm8960", "respeaker2mic", "codeczero", "cm108", "voicehat" would do`},
		{`[station]`, "[sound.mixer]\n\"Speaker Playback Volume\" = 80\n[station]", `x.toml:2:29: Speaker Playback Volume cannot be the number 80; write it in quotes: "80"`},
		{`[station]`, "[sound.volumes]\nring-back = -6.0\n[station]", `x.toml:2:1: "ring-back" is no tone of the station; did you mean "ringback"?`},
		{`[station]`, "[sound.prompts]\ndoor-open = \"\"\n[station]", `x.toml:2:13: there is no file; name a WAV file, or leave the line away`},

		// Text that is no TOML.
		{`ring_time = "20s"`, `ring_time = 20s`, `x.toml:2:15: this is not TOML: expected a top-level item to end with a newline, comment, or EOF, but got 's' instead; write ring_time = "20s"`},
		{`ring_time = "20s"`, `ring_time = soon`, `x.toml:2:13: this is not TOML: expected value but found "soon" instead; write ring_time = "soon"`},
		{`ring_time = "20s"`, `ring_time: "20s"`, `x.toml:2:10: this is not TOML: expected '.' or '=', but got ':' instead; write key = value, with = in the place of the colon`},
		{`ring_time = "20s"`, "ring_time\u00a0= \"20s\"", `x.toml:2:10: this is not TOML: expected '.' or '=', but got '\u00a0' instead; type the line anew: in it is something that looks like a blank, or like nothing, and is neither`},
		{`ring_time = "20s"`, "// a note", `x.toml:2:1: this is not TOML: expected '.' or '=', but got '/' instead; begin what is only a note with #`},
		{`ring_time = "20s"`, `ring_time = "20s";`, `x.toml:2:18: this is not TOML: expected a top-level item to end with a newline, comment, or EOF, but got ';' instead; end the line with the value, without ;`},
		{`ring_time = "20s"`, `name = „Tür“`, `x.toml:2:8: this is not TOML: expected value but found '„' instead; use straight quotes: "`},
		{`ring_time = "20s"`, `name = ´Tür´`, `x.toml:2:8: this is not TOML: expected value but found '´' instead; use straight quotes: "`},
		{`ring_time = "20s"`, `auto_answer = ja`, `x.toml:2:15: this is not TOML: expected value but found "ja" instead; write auto_answer = true`},
		{`ring_time = "20s"`, `auto_answer = nein # nicht`, `x.toml:2:15: this is not TOML: expected value but found "nein" instead; write auto_answer = false`},
		{`"hunter2"`, `"hun"ter2"`, `x.toml:19:17: this is not TOML: "***" (the line holds a secret); put the text in 'single quotes', or write \" for each " in it`},
		{`"hunter2"`, `"hunter\new"`, `x.toml:19:12: password cannot be "(not shown)"; write one line of text; within "quotes" a \ is written \\, as \n begins another line`},
		{`["sip:11@fritz.box", "12"]`, `"sip:11@fritz.box, 12"`, `x.toml:7:8: call cannot be the text "sip:11@fritz.box, 12"; write a list: ["sip:11@fritz.box", "12"]`},
		{`account = "box"`, `long_press = ["12"`, `x.toml:10:1: this is not TOML: expected a comma (',') or array terminator (']'), but got '['; end the list above with ]`},
		{`ring_time = "20s"`, `ring_time = “20s”`, `x.toml:2:13: this is not TOML: expected value but found '“' instead; use straight quotes: "`},
		{`ring_time = "20s"`, `auto_answer = True`, `x.toml:2:15: this is not TOML: expected value but found "True" instead; write auto_answer = true`},
		{`ring_time = "20s"`, `name = "Tür`, `x.toml:2:12: this is not TOML: strings cannot contain newlines; write name = "…", with quotes on both sides`},
		{`ring_time = "20s"`, `name = "C:\Tür"`, `x.toml:2:9: this is not TOML: invalid escape in string '\T'; write \ as \\, or use 'single quotes'`},
		{`ring_time = "20s"`, "ring_time = \"20s\"\nring_time = \"30s\"", `x.toml:3:1: this is not TOML: Key 'station.ring_time' has already been defined; write it once: it is in line 2 too; a table that may come several times has two brackets: [[button]], [[door]], [[account]]`},
		{`[[door]]`, `[[door`, `x.toml:10:7: this is not TOML: expected '.' or ']' to end table name, but got '\n' instead; write a table's name in brackets: [station] or [[button]]`},
		{`box", "12"]`, `box" "12"]`, `x.toml:7:28: this is not TOML: expected a comma (',') or array terminator (']'), but got '"'; write a list with commas: ["…", "…"]`},
		{`"hunter2"`, `hunter2`, `x.toml:19:12: this is not TOML: "***" (the line holds a secret); write password = "***", with quotes on both sides`},
		{`"73915"`, `073915`, `x.toml:14:8: this is not TOML: "***" (the line holds a secret); write code = "***", with quotes on both sides`},
	} {
		if strings.Count(good, c.replace) == 0 {
			t.Fatalf("the good file has no %q", c.replace)
		}
		text := strings.Replace(good, c.replace, c.by, 1)
		_, faults := Check("x.toml", []byte(text))
		got := strings.Split(faults.Error(), "\n")
		want := strings.Split(c.want, "\n\t\t\t")
		for _, w := range want {
			if !strings.Contains(faults.Error(), w) {
				t.Errorf("%s:\n got %s\nwant %s", c.by, faults.Error(), w)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: got %d faults, wanted %d:\n%v", c.by, len(got), len(want), faults)
		}
	}
}

func TestNothingAtAll(t *testing.T) {
	for _, text := range []string{"\n", "# only a comment\n", "\ufeff\n"} {
		_, faults := Check("x.toml", []byte(text))
		if got := faults.Error(); !strings.Contains(got, "x.toml:1:1: there is no button") || !strings.Contains(got, "x.toml:1:1: there is no account") || len(faults) != 2 {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// All of a file's faults are told in one go, from its top down.
func TestEveryFaultAtOnce(t *testing.T) {
	text := "\ufeff" + strings.ReplaceAll(`[station]
ring_tme = "20s"
call_limit = 120
[[button]]
name = "bell"
call = ["sip:11@fritz.box", "nobody at all"]
account = "box"
[[button]]
name = "bell"
line = "GPIO17"
call = ["sip:11@fritz.box"]
[[door]]
name = "front"
relay = "GPIO17"
pulse = "0s"
code = "1111"
[sip]
listen = "here"
[[account]]
aor = "door"
`, "\n", "\r\n")
	_, faults := Check("x.toml", []byte(text))
	var places []int
	for _, f := range faults {
		places = append(places, f.Line)
	}
	if want := []int{2, 3, 4, 6, 7, 9, 14, 15, 16, 18, 20}; !reflect.DeepEqual(places, want) {
		t.Errorf("faults in lines %v, wanted %v:\n%v", places, want, faults)
	}
}

func TestSeveralLinesThatAreNoTOML(t *testing.T) {
	_, faults := Check("x.toml", []byte("[station]\nname = Tür\nring_time = 30s\nringtime = \"30s\"\ncall = yes\n"))
	if len(faults) != 4 {
		t.Errorf("%d faults:\n%v", len(faults), faults)
	}
}

// Where a table's name is broken, what follows belongs nowhere: it is not judged.
func TestBrokenTableHidesNoOtherFaultBehindWrongOnes(t *testing.T) {
	_, faults := Check("x.toml", []byte("[[button\nname = \"bell\"\n"))
	if len(faults) != 1 || faults[0].Line != 1 {
		t.Error(faults)
	}
}

func TestUTF16(t *testing.T) {
	for _, text := range []string{"\xff\xfe[\x00s\x00", "\xfe\xff\x00[\x00s", "[\x00s\x00t\x00a\x00", "\x00[\x00s\x00t\x00a"} {
		_, faults := Check("x.toml", []byte(text))
		if len(faults) != 1 || !strings.Contains(faults[0].Text, "UTF-16") || !strings.Contains(faults[0].Want, "UTF-8") {
			t.Errorf("%q: %v", text, faults)
		}
	}
	_, faults := Check("x.toml", []byte("[station]\nname = \"T\xfcr\"\n"))
	if len(faults) != 1 || !strings.Contains(faults[0].Want, "UTF-8") || faults[0].Line != 2 {
		t.Error(faults)
	}
}

// What a power cut, a word processor and a browser leave is told as that, in one fault.
func TestNoConfigurationAtAll(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "x.toml:1:1: the file is empty",
		"\ufeff":                              "x.toml:1:1: the file is empty",
		strings.Repeat("\x00", 4096):          "x.toml:1:1: the file has nothing in it but zeros",
		good[:40] + strings.Repeat("\x00", 9): "x.toml:5:1: from here on there are zeros",
		"{\\rtf1\\ansi [station]":             "x.toml:1:1: the file is a word processor's",
		"PK\x03\x04\x14\x00":                  "x.toml:1:1: the file is a word processor's",
		"<!DOCTYPE html>\n<html>\n":           "x.toml:1:1: the file is a page of the web",
	} {
		_, faults := Check("x.toml", []byte(text))
		if len(faults) != 1 || !strings.HasPrefix(faults.Error(), want) {
			t.Errorf("%.20q: %v, wanted %s", text, faults, want)
		}
	}
	_, faults := Check("x.toml", []byte(good[:strings.Index(good, "GPIO17")+2]))
	if !strings.HasSuffix(faults.Error(), `write line = "…", with quotes on both sides; the file ends here: see that it is all there`) {
		t.Errorf("cut off: %v", faults)
	}
}

// Whatever is done to a file, its secrets are not told.
func TestFaultsTellNoSecret(t *testing.T) {
	for i := range good {
		for _, by := range []string{"", "\"", "'", "\n", "=", "[", "]", "x", "\\", "#", "\x00", "ü", "."} {
			text := good[:i] + by + good[i+1:]
			if strings.Contains(text, "hunter2") && strings.Contains(text, "73915") {
				_, faults := Check("x.toml", []byte(text))
				if got := faults.Error(); strings.Contains(got, "hunter2") || strings.Contains(got, "73915") {
					t.Errorf("%q for %q in line %d: %s", by, good[i], 1+strings.Count(good[:i], "\n"), got)
				}
			}
		}
	}
}
