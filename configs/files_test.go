package configs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// open is the good file without its secrets, and with a second account and door.
var open = strings.NewReplacer("code = \"73915\"\n", "", "password = \"hunter2\"\n", "").Replace(good) + `
[[account]]
name = "office"
aor = "sip:door@pbx.example.net"

[[door]]
name = "garage"
relay = "GPIO22"
`

// with is the open file with a file of secrets beside it.
func with(secrets string) Files {
	return Files{Path: "x.toml", Text: []byte(open), Secrets: []byte(secrets)}
}

func TestSecretsInAFileOfTheirOwn(t *testing.T) {
	c, faults := with("\ufeff" + strings.ReplaceAll(`
[[account]]
name = "office"
username = "door"
password = "zanzibar"

[[caller]]
username = "kitchen"
password = "hyderabad"

[[door]]
name = "garage"
code = "739164"
`, "\n", "\r\n")).Check()
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if len(c.Accounts) != 2 || c.Accounts[0].Password != "" || c.Accounts[1].Password != "zanzibar" || c.Accounts[1].Username != "door" {
		t.Errorf("the accounts have their secrets wrong: %+v", c.Accounts)
	}
	if len(c.Callers) != 1 || c.Callers[0].Password != "hyderabad" {
		t.Errorf("the callers have their secrets wrong: %+v", c.Callers)
	}
	if d := c.Station.Doors; len(d) != 2 || d[0].Code != "" || d[1].Code != "739164" {
		t.Errorf("the doors have their secrets wrong: %+v", d)
	}
}

func TestTheOnlyAccountNeedsNoName(t *testing.T) {
	c, faults := Files{
		Path: "x.toml", Text: []byte("[[button]]\nname = \"bell\"\nline = \"GPIO17\"\ncall = [\"sip:11@fritz.box\"]\n[[account]]\naor = \"sip:door@fritz.box\"\n"),
		Secrets: []byte("[[account]]\npassword = \"zanzibar\"\n"),
	}.Check()
	if len(faults) > 0 || c.Accounts[0].Password != "zanzibar" {
		t.Errorf("%+v, %v", c.Accounts, faults)
	}
}

// Each names the file and the line that are at fault, and no secret.
func TestFaultsOfSecrets(t *testing.T) {
	for _, c := range []struct{ secrets, want string }{
		{"[[door]]\nname = \"garage\"\ncode = \"1\"\n", `x.secrets.toml:3:8: `},
		{"[[door]]\nname = \"garage\"\ncode = \"1\n", `x.secrets.toml:3:`},
		{"[[door]]\nname = \"garage\"\n\ncode = 739164\n", `x.secrets.toml:4:8: code cannot be the number ("***"); write it in quotes`},
		{"[[door]]\nname = \"grage\"\ncode = \"739164\"\n", `x.secrets.toml:1:1: this door is not in x.toml; give it the name that it has there`},
		{"[[account]]\npassword = \"zanzibar\"\n", `x.secrets.toml:1:1: this account is not in x.toml; give it the name that it has there`},
		{"[[account]]\nname = \"box\"\naor = \"sip:x@y\"\n", `x.secrets.toml:3:1: aor is in x.toml too; leave it in one of the two files`},
		{"[[caller]]\nusername = \"kitchen\"\npassword = \"short\"\n", `x.secrets.toml:3:12: `},
		{"[[caller]]\nusername = \"kitchen\"\npasword = \"zanzibar\"\n", `x.secrets.toml:3:1: "pasword" is unknown in [caller]; did you mean "password"?`},
		{"[[caller]]\nusername = {a = 1}\npassword = \"zanzibar\"\n", `x.secrets.toml:2:12: username cannot be a table`},
		{"[door]\nname = \"garage\"\n", `x.secrets.toml:1:1: "door" must be a repeated table; write each as a table with two brackets: [[door]]`},
		{"[station]\nallow_incoming = [\"*\"]\n", `x.secrets.toml:1:1: "station" is no table for secrets; the tables for secrets are account, caller, code, door, hook`},
		{"[[button]]\nname = \"bell\"\n", `x.secrets.toml:1:1: "button" is no table for secrets`},
	} {
		_, faults := with(c.secrets).Check()
		if said := faults.Error(); !strings.Contains(said, c.want) {
			t.Errorf("%q:\n got %s\nwant %s", c.secrets, said, c.want)
		} else if strings.Contains(said, "zanzibar") || strings.Contains(said, "739164") {
			t.Errorf("a secret is told: %s", said)
		}
	}
}

// However broken a file is, where the configuration that was good last is kept is read from it.
func TestWhereTheStateIsInABrokenFile(t *testing.T) {
	const state = "[state]\ndir = \"/data/door\" # not on the card\n"
	for text, want := range map[string]string{
		good + state + "[[door\n":                                   "/data/door",
		"[[door\n" + good + strings.ReplaceAll(state, "\n", "\r\n"): "/data/door",
		"[[door\n[sound]\ndir = \"/tmp/x\"\n":                       DefaultStateDir,
		"[[door\n[state]\ndir = \"data\"\n":                         DefaultStateDir,
		"[[door\n[state]\ndir = \"/data/do":                         DefaultStateDir,
	} {
		c, faults := Files{Path: "x.toml", Text: []byte(text)}.Check()
		if len(faults) == 0 || c.State.Dir != want {
			t.Errorf("%q: %q, %v", text, c.State.Dir, faults)
		}
	}
}

// Where the configuration leaves the board to be found out, its lines are held against the one that was.
func TestLinesOfTheBoardThatIsThere(t *testing.T) {
	text := strings.Replace(good, `"GPIO27"`, `"GPIO0"`, 1)
	for _, c := range []struct{ board, model, want string }{
		{"", "", ""},
		{"raspberry-pi-4", "", `x.toml:12:9: "GPIO0" is no line for a relay: GPIO0 is read as the EEPROM`},
		{"raspberry-pi-4", "[board]\nmodel = \"auto\"\n", `x.toml:12:9: "GPIO0" is no line for a relay`},
		{"raspberry-pi-4", "[board]\nmodel = \"linux\"\n", ""},
		{"qemu-virt", "", ""},
	} {
		_, faults := Files{Path: "x.toml", Text: []byte(text + c.model), Board: c.board}.Check()
		if c.want == "" && len(faults) > 0 || !strings.Contains(faults.Error(), c.want) {
			t.Errorf("%q, %q: %v, wanted %q", c.board, c.model, faults, c.want)
		}
	}
}

// Faults of both files are told, those of the configuration first.
func TestFaultsOfBothFiles(t *testing.T) {
	f := with("[[door]]\nname = \"garage\"\ncode = \"1\"\n")
	f.Text = []byte(strings.Replace(open, `"3s"`, `"3h"`, 1))
	_, faults := f.Check()
	if len(faults) != 2 || faults[0].File != "x.toml" || faults[1].File != "x.secrets.toml" {
		t.Error(faults)
	}
}

// However broken either file is, no secret and no door comes from it that a whole file would not give.
func TestABrokenConfigurationTakesNoSecrets(t *testing.T) {
	f := with("[[door]]\nname = \"garage\"\ncode = \"739164\"\n")
	f.Text = []byte("[[door\n")
	if c, faults := f.Check(); len(faults) == 0 || len(c.Station.Doors) > 0 {
		t.Errorf("%+v, %v", c.Station.Doors, faults)
	}
	f = with("[[door\n")
	if c, faults := f.Check(); len(faults) == 0 || c.Station.Doors[1].Code != "" {
		t.Errorf("%+v, %v", c.Station.Doors, faults)
	}
}

// Notepad begins a file with a mark and ends lines with two characters: the places are those that it shows.
func TestPlacesInAFileFromWindows(t *testing.T) {
	text := strings.Replace(good, `"3s"`, `"3h"`, 1)
	_, want := Check("x.toml", []byte(text))
	_, got := Check("x.toml", []byte("\ufeff"+strings.ReplaceAll(text, "\n", "\r\n")))
	if want.Error() != got.Error() || want[0].Line != 13 || want[0].Column != 9 {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "intercom.toml")
	if _, err := Read(path); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "no such file") != 1 {
		t.Errorf("missing: %v", err)
	}
	write := func(path, text string, mode os.FileMode) {
		t.Helper()
		if err := errors.Join(os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
	write(path, open, 0o644)
	if f, err := Read(path); err != nil || f.Secrets != nil || f.Warning() != "" || string(f.Text) != open {
		t.Errorf("alone: %+v, %v", f, err)
	}
	secrets := filepath.Join(filepath.Dir(path), "intercom.secrets.toml")
	write(secrets+".txt", "", 0o600)
	if f, err := Read(path); err != nil || f.Secrets != nil || !strings.Contains(f.Warning(), "rename intercom.secrets.toml.txt to intercom.secrets.toml") {
		t.Errorf("secrets under another name: %q, %v", f.Warning(), err)
	}
	write(secrets, "", 0o600)
	closed, err := Read(path)
	if err != nil || closed.Secrets == nil || closed.Warning() != "" {
		t.Errorf("with secrets: %+v, %v", closed, err)
	}
	write(secrets, "", 0o644)
	exposed, err := Read(path)
	if err != nil || !strings.Contains(exposed.Warning(), "chmod o-rwx "+secrets) {
		t.Errorf("exposed: %q, %v", exposed.Warning(), err)
	}
	if !closed.Same(exposed) || closed.Same(Files{Path: path, Text: []byte(open)}) {
		t.Error("sameness is of the texts")
	}
	if err := errors.Join(os.Remove(secrets), os.Mkdir(secrets, 0o700)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), secrets+": it is a directory") {
		t.Errorf("a directory: %v", err)
	}
}

// Whatever a file of secrets holds, its faults have places in it and tell nothing.
func FuzzSecrets(f *testing.F) {
	f.Add([]byte("[[door]]\nname = \"garage\"\ncode = \"739164\"\n"))
	f.Add([]byte("account = [{name = \"box\", password = {}}, 1]\ndoor = []\n[[caller]]\n"))
	f.Add([]byte("[[account]]\nname = [1]\n[account.name]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, faults := with(string(text)).Check()
		lines := 1 + strings.Count(string(text), "\n")
		for _, fault := range faults {
			if fault.File == "x.secrets.toml" && (fault.Line < 1 || fault.Line > lines || fault.Column < 1) {
				t.Fatalf("%#v in a text of %d lines", fault, lines)
			}
		}
	})
}
