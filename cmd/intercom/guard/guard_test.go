package guard_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"intercom/cmd/intercom/guard"

	"go.uber.org/goleak"
)

// The test binary is also the guard, whose relays are a file that it writes, and the program that dies.
const role, relays = "INTERCOM_GUARD_TEST_ROLE", "INTERCOM_GUARD_TEST_RELAYS"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "guard":
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		if err := guard.Watch(os.Stdin, atRest); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	case "station":
		if _, err := guard.Start(as("guard", os.Getenv(relays)), slog.Default()); err != nil {
			panic(err)
		}
		fmt.Println("ready")
		select {}
	}
	goleak.VerifyTestMain(m)
}

func atRest() error { return os.WriteFile(os.Getenv(relays), []byte("rest"), 0o600) }

// as makes this binary a process of a role.
func as(r, file string) func() *exec.Cmd {
	return func() *exec.Cmd {
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), role+"="+r, relays+"="+file)
		cmd.Stderr = os.Stderr
		return cmd
	}
}

// wantRest waits up to a second for the relays to be at rest.
func wantRest(t *testing.T, file string) {
	t.Helper()
	begin := time.Now()
	for time.Since(begin) < time.Second {
		if _, err := os.Stat(file); err == nil {
			t.Logf("at rest after %v", time.Since(begin))
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("a second later the relays are not at rest")
}

// Attack: the station is killed by itself, with its whole group, and by a key of its terminal.
func TestAKilledStationLeavesItsRelaysAtRest(t *testing.T) {
	for name, kill := range map[string]func(pid int) error{
		"SIGKILL":              func(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) },
		"SIGKILL of its group": func(pid int) error { return syscall.Kill(-pid, syscall.SIGKILL) },
		"SIGQUIT of its group": func(pid int) error { return syscall.Kill(-pid, syscall.SIGQUIT) },
		"SIGSEGV":              func(pid int) error { return syscall.Kill(pid, syscall.SIGSEGV) },
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "relays")
			station := as("station", file)()
			station.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			station.Stderr = nil // a trace of all goroutines
			out, err := station.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := station.Start(); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
				t.Fatalf("the station says %q, %v", line, err)
			}
			if _, err := os.Stat(file); err == nil {
				t.Fatal("the guard acts while the station lives")
			}
			if err := kill(station.Process.Pid); err != nil {
				t.Fatal(err)
			}
			wantRest(t, file)
			_ = station.Wait()
		})
	}
}

func TestStop(t *testing.T) {
	for _, rested := range []bool{true, false} {
		file := filepath.Join(t.TempDir(), "relays")
		g, err := guard.Start(as("guard", file), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		g.Stop(rested)
		if _, err := os.Stat(file); (err == nil) == rested {
			t.Errorf("rested %v: the guard put them to rest is %v", rested, err == nil)
		}
	}
}

func TestAGuardThatEndsIsFollowedByAnother(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relays")
	started := make(chan *exec.Cmd, 10)
	g, err := guard.Start(func() *exec.Cmd {
		cmd := as("guard", file)()
		started <- cmd
		return cmd
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := (<-started).Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-started // the second one
	g.Stop(false)
	wantRest(t, file)
}

func TestAGuardThatCannotStartIsAnError(t *testing.T) {
	_, err := guard.Start(func() *exec.Cmd { return exec.Command("/no/such/program") }, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "/no/such/program") {
		t.Errorf("error: %v", err)
	}
}

func TestOnlyAWholeGoodbyeCounts(t *testing.T) {
	failed := errors.New("line is gone")
	for said, rests := range map[string]bool{"": true, "good": true, "farewell": true, "goodbye": false} {
		rested := false
		err := guard.Watch(strings.NewReader(said), func() error { rested = true; return failed })
		if rested != rests || (err != nil) != rests {
			t.Errorf("%q: rests %v, %v", said, rested, err)
		}
	}
	if err := guard.Watch(io.MultiReader(broken{}), func() error { return failed }); !errors.Is(err, failed) {
		t.Errorf("a pipe that breaks: %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("broken") }
