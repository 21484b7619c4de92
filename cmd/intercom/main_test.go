package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// asProgram in the environment makes the test binary the program itself, for tests that need a process.
const asProgram = "INTERCOM_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	dir, err := os.MkdirTemp("", "intercom-run")
	// Of a station that is installed on this computer the tests see nothing.
	for _, folder := range []string{"RUNTIME_DIRECTORY", "STATE_DIRECTORY"} {
		err = errors.Join(err, os.Setenv(folder, dir))
	}
	if err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		if err := os.RemoveAll(dir); err != nil {
			panic(err)
		}
		os.Exit(status)
	}))
}

// intercom runs the program with args, as from a shell, and returns its exit status and all that it said.
func intercom(t *testing.T, ctx context.Context, args ...string) (status int, said string) {
	t.Helper()
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var b strings.Builder
	status = dispatch(ctx, args, streams{in, &b, &b})
	return status, b.String()
}

// file writes a text and returns the name of its file.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// good is a station on a simulated board that listens on a port of its own.
const good = `
[[button]]
name = "bell"
call = ["sip:house@127.0.0.1:1"]
[[door]]
name = "front"
pulse = "3s"
code = "73914"
[sound]
card = "null"
[sip]
listen = "127.0.0.1:0"
[[account]]
name = "direct"
aor = "sip:door@127.0.0.1"
[board]
model = "sim"
[state]
dir = ""
`

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{}, exitUsage, "intercom run"},
		{[]string{"help"}, exitOK, "intercom check [-tell] [FILE]"},
		{[]string{"--help"}, exitOK, "intercom check [-tell] [FILE]"},
		{[]string{"version"}, exitOK, "intercom unknown, go1."},
		{[]string{"open-sesame"}, exitUsage, `there is no command "open-sesame"`},
		{[]string{"check", "a", "b"}, exitUsage, `want "intercom check [-tell] [FILE]", not ["a" "b"]`},
		{[]string{"run", "-door", "open"}, exitUsage, "-door"},
		{[]string{"run", "intercom.toml"}, exitUsage, `not ["intercom.toml"]`},
		{[]string{"run", "-h"}, exitOK, "-config FILE"},
	} {
		status, said := intercom(t, t.Context(), c.args...)
		if status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("intercom %q: status %d, want %d, and %q in\n%s", c.args, status, c.status, c.want, said)
		}
	}
}

// A station with a configuration that is not right does not start, and says where the fault is.
func TestBadConfigurations(t *testing.T) {
	for name, c := range map[string]struct{ config, want string }{
		"no relay time":   {strings.Replace(good, `"3s"`, `"0s"`, 1), `"0s"`},
		"endless relay":   {strings.Replace(good, `"3s"`, `"1h"`, 1), `"1h"`},
		"time as number":  {strings.Replace(good, `"3s"`, `3`, 1), `write "3s"`},
		"one digit":       {strings.Replace(good, `"73914"`, `"7"`, 1), "4 to 12 digits"},
		"no URI":          {strings.Replace(good, `sip:house@127.0.0.1:1`, `the house`, 1), `"the house"`},
		"unknown key":     {strings.Replace(good, "pulse", "puls", 1), "pulse"},
		"wrong type":      {strings.Replace(good, `"bell"`, `17`, 1), "17"},
		"no TOML":         {"[[button\n", "intercom.toml:1"},
		"another account": {strings.Replace(good, "call =", "account = \"pbx\"\ncall =", 1), `"pbx"`},
	} {
		path := file(t, "intercom.toml", c.config)
		for _, args := range [][]string{{"check", path}, {"run", "-config", path, "-script", path}} {
			status, said := intercom(t, t.Context(), args...)
			if status == exitOK || !strings.Contains(said, c.want) || !strings.Contains(said, path+":") {
				t.Errorf("%s: intercom %q: status %d, said %q, want %q and the place", name, args, status, said, c.want)
			}
			if strings.Contains(said, "73914") {
				t.Errorf("%s: the door code is told: %q", name, said)
			}
		}
	}
}

// A configuration may be good, and yet not what its owner wants.
func TestCheckRemarksOnWhatIsGood(t *testing.T) {
	encrypted := strings.Replace(good, "[board]", "srtp = \"required\"\n[board]", 1)
	for name, c := range map[string]struct{ config, want string }{
		"a code in plain":          {good, `the code of the door "front" can be read`},
		"SRTP without TLS":         {encrypted, `account "direct": SRTP is required, but no address here asks for TLS`},
		"keys that may be read":    {strings.Replace(encrypted, "[board]", "srtp_without_tls = true\n[board]", 1), "where they can be read"},
		"SRTP with TLS":            {strings.Replace(encrypted, "sip:door@", "sips:door@", 1), ""},
		"no SRTP, so no key of it": {strings.Replace(good, "[board]", "srtp = \"off\"\nsrtp_without_tls = true\n[board]", 1), ""},
	} {
		status, said := intercom(t, t.Context(), "check", file(t, "intercom.toml", c.config))
		if status != exitOK || !strings.Contains(said, "is good") || !strings.Contains(said, c.want) || c.want == "" && strings.Contains(said, "SRTP") {
			t.Errorf("%s: status %d, said %q, want %q", name, status, said, c.want)
		}
	}
}

func TestFilesThatAreNoConfiguration(t *testing.T) {
	for path, want := range map[string]string{
		t.TempDir():                           "directory",
		filepath.Join(t.TempDir(), "no.toml"): "no such file",
		file(t, "empty.toml", ""):             "the file is empty",
		file(t, "nul.toml", "\x00\xff\xfe"):   "nul.toml",
	} {
		for _, args := range [][]string{{"check", path}, {"run", "-config", path, "-script", path}} {
			if status, said := intercom(t, t.Context(), args...); status == exitOK || !strings.Contains(said, want) {
				t.Errorf("intercom %q: status %d, said %q, want %q", args, status, said, want)
			}
		}
	}
}

func TestAFileFromAnotherEditorIsGood(t *testing.T) {
	path := file(t, "windows.toml", "\ufeff"+strings.ReplaceAll(good, "\n", "\r\n"))
	if status, said := intercom(t, t.Context(), "check", path); status != exitOK {
		t.Errorf("a file with BOM and CRLF: status %d, said %q", status, said)
	}
}

func TestAPortInUseIsSaid(t *testing.T) {
	taken, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	path := file(t, "intercom.toml", strings.Replace(good, "127.0.0.1:0", taken.LocalAddr().String(), 1))
	status, said := intercom(t, t.Context(), "run", "-config", path, "-script", path)
	if status != exitFault || !strings.Contains(said, "in use") {
		t.Errorf("status %d, said %q", status, said)
	}
}

func TestAScriptIsTheVisitor(t *testing.T) {
	config := file(t, "intercom.toml", good)
	for script, want := range map[string]int{
		"expect led ready within 2s\nexpect door front closed within 1s\nquit\n": exitOK,
		"expect door front open within 200ms\n":                                  exitFault,
		"open the door\n":                                                        exitFault,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		status, said := intercom(t, ctx, "run", "-config", config, "-script", file(t, "visit.txt", script))
		cancel()
		if status != want {
			t.Errorf("script %q: status %d, want %d, said\n%s", script, status, want, said)
		}
		if want == exitFault && !strings.Contains(said, "visit.txt:1") {
			t.Errorf("script %q: the place of the fault is not told:\n%s", script, said)
		}
	}
}

// With nobody there to answer, or no sound card, the station goes on.
func TestTheStationGoesOn(t *testing.T) {
	for name, config := range map[string]string{
		"nobody at the target": good,
		"no such sound card":   strings.Replace(good, `"null"`, `"no such card"`, 1),
		"no sound at all":      strings.Replace(good, `"null"`, `"none"`, 1),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		script := file(t, "visit.txt", "press bell 200ms\nwait 1s\nexpect door front closed within 1s\nquit\n")
		status, said := intercom(t, ctx, "run", "-config", file(t, "intercom.toml", config), "-script", script)
		cancel()
		if status != exitOK {
			t.Errorf("%s: status %d, said\n%s", name, status, said)
		}
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	_, said := intercom(t, t.Context(), "help")
	for _, c := range commands() {
		if !strings.Contains(said, fmt.Sprintf("intercom %s", c.name)) {
			t.Errorf("help does not name %s", c.name)
		}
	}
}
