package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"intercom/cmd/intercom/configfile"
	"intercom/cmd/intercom/guard"
	"intercom/cmd/intercom/statefile"
	"intercom/configs"
)

// relayNowhere is a door whose relay no computer has: what cannot be reached is told by name.
const relayNowhere = `
[[door]]
name = "front"
relay = "NO SUCH LINE 1"
[board]
model = "linux"
`

func TestRest(t *testing.T) {
	for _, c := range []struct {
		name, text string
		status     int
		want       string
	}{
		{"a simulated board", good, exitOK, ""},
		{"a configuration that lacks nearly everything", relayNowhere, exitFault, `"NO SUCH LINE 1"`},
		{"a polarity that is not known", strings.Replace(relayNowhere, "[board]", "active_low = 3\n[board]", 1), exitFault, `door "front"`},
	} {
		status, said := intercom(t, t.Context(), "rest", "-config", file(t, "x.toml", c.text))
		if status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("%s: %d, %s", c.name, status, said)
		}
	}
	if status, said := intercom(t, t.Context(), "rest", "-config", "/no/such.toml"); status != exitFault || !strings.Contains(said, "/no/such.toml") {
		t.Errorf("no file: %d, %s", status, said)
	}
}

// The station has run with what was good last, so that is where the relays are.
func TestRestTakesWhatWasGoodLast(t *testing.T) {
	dir := t.TempDir()
	d, err := statefile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := configfile.Keep(d, configs.Files{Path: "last.toml", Text: []byte(strings.Replace(relayNowhere, "1", "2", 1))}); err != nil {
		t.Fatal(err)
	}
	text := relayNowhere + "[state]\ndir = \"" + dir + "\"\n"
	for _, broken := range []string{text, "[[door\n" + text} {
		if status, said := intercom(t, t.Context(), "rest", "-config", file(t, "x.toml", broken)); status != exitFault || !strings.Contains(said, `"NO SUCH LINE 2"`) {
			t.Errorf("%d, %s", status, said)
		}
	}
}

// beGuard runs the guard's process on what its standard input says.
func beGuard(t *testing.T, stdin string, args ...string) (status int, said string) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", append([]string{"guard"}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(bytes.TrimSpace(out))
}

func TestGuard(t *testing.T) {
	me := strconv.Itoa(os.Getpid())
	for _, c := range []struct {
		name, stdin string
		args        []string
		status      int
		want        string
	}{
		{"a goodbye", "goodbye\n", []string{me, "active-low=NO SUCH LINE"}, exitOK, ""},
		{"a death", "", []string{me, "active-low=NO SUCH LINE"}, exitFault, "NO SUCH LINE"},
		{"a death in mid-pulse", "pulsed 0\n", []string{me, "active-low=NO SUCH LINE"}, exitFault, "NO SUCH LINE"},
		{"a line that is none", "", []string{me, "NO SUCH LINE"}, exitUsage, "is an example"},
		{"no process", "", nil, exitUsage, "process number"},
		{"everybody's process", "", []string{"-1", "active-low=NO SUCH LINE"}, exitUsage, `"-1" is no number of a process`},
	} {
		if status, said := beGuard(t, c.stdin, c.args...); status != c.status || !strings.Contains(said, c.want) || c.want == "" && said != "" {
			t.Errorf("%s: %d, %s", c.name, status, said)
		}
	}
}

// stuck is a log that nobody reads until it is freed.
type stuck chan struct{}

func (s stuck) Write(p []byte) (int, error) {
	<-s
	return len(p), nil
}

// Attack: the station hangs because its log does, which is that of its guard too.
func TestNoRelayWaitsForTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nobody, err := guard.FindParent(os.Getpid()) // who is not this process's parent, and lives on
		if err != nil {
			t.Fatal(err)
		}
		log := make(stuck)
		var told sync.WaitGroup
		d := duty(nobody, nil, slog.New(slog.NewTextHandler(log, nil)), &told)
		killed := make(chan bool)
		go func() {
			d.Kill(errors.New("no sign of life"))
			close(killed)
		}()
		synctest.Wait()
		select {
		case <-killed:
		default:
			t.Error("the guard waits for its log before it rests the relays")
		}
		close(log)
		told.Wait()
		<-killed
	})
}

func TestDoorsOfARealBoardAreGuarded(t *testing.T) {
	t.Setenv(asProgram, "1")
	c, _ := configs.Files{Path: "x.toml", Text: []byte(relayNowhere)}.Relays()
	g, err := startGuard(c, slog.New(slog.DiscardHandler))
	if err != nil || g == nil {
		t.Fatalf("%v, %v", g, err)
	}
	g.Stop(true)
	c.Doors = nil
	if g, err := startGuard(c, slog.New(slog.DiscardHandler)); g != nil || err != nil {
		t.Errorf("without doors: %v, %v", g, err)
	}
}
