package guard_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/guard"

	"go.uber.org/goleak"
)

// The test binary is also the guard, whose relays are a file that it writes, and the program that dies or hangs.
const role, relays, parent = "INTERCOM_GUARD_TEST_ROLE", "INTERCOM_GUARD_TEST_RELAYS", "INTERCOM_GUARD_TEST_PARENT"

// soon is long enough for what takes a moment, on a computer that is busy.
const soon = time.Minute

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "guard":
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		beGuard()
	case "station":
		g := guard.Start(as("guard", os.Getenv(relays)), slog.Default())
		g.Tell(0, board.Pulsed) // and never again
		fmt.Println("ready")
		select {}
	}
	goleak.VerifyTestMain(m)
}

// beGuard is a guard that has less patience than a real one.
func beGuard() {
	pid, err := strconv.Atoi(os.Getenv(parent))
	if err != nil {
		panic(err)
	}
	station, err := guard.FindParent(pid)
	if err != nil {
		panic(err)
	}
	pipe, err := guard.Stdin()
	if err != nil {
		panic(err)
	}
	duty := guard.Duty{Silence: 2 * time.Second, Rest: atRest, Kill: func(why error) {
		if err := station.Kill(); err != nil {
			panic(err)
		}
	}}
	if err := guard.Watch(pipe, duty); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

func atRest() error { return os.WriteFile(os.Getenv(relays), []byte("rest"), 0o600) }

// as makes this binary a process of a role.
func as(r, file string) func() *exec.Cmd {
	return func() *exec.Cmd {
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), role+"="+r, relays+"="+file, parent+"="+strconv.Itoa(os.Getpid()))
		cmd.Stderr = os.Stderr
		return cmd
	}
}

// wantRest waits for the relays to be at rest.
func wantRest(t *testing.T, file string) {
	t.Helper()
	begin := time.Now()
	for look := range time.Tick(time.Millisecond) {
		if _, err := os.Stat(file); err == nil {
			t.Logf("at rest after %v", time.Since(begin))
			return
		}
		if look.Sub(begin) > soon {
			t.Fatalf("the relays are not at rest %v later", soon)
		}
	}
}

// Attack: the station is killed by itself, with its whole group, and by a key of its terminal; or it hangs with a relay closed.
func TestAKilledOrHungStationLeavesItsRelaysAtRest(t *testing.T) {
	for name, do := range map[string]func(pid int) error{
		"SIGKILL":               func(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) },
		"SIGKILL of its group":  func(pid int) error { return syscall.Kill(-pid, syscall.SIGKILL) },
		"SIGQUIT of its group":  func(pid int) error { return syscall.Kill(-pid, syscall.SIGQUIT) },
		"SIGSEGV":               func(pid int) error { return syscall.Kill(pid, syscall.SIGSEGV) },
		"SIGSTOP":               func(pid int) error { return syscall.Kill(pid, syscall.SIGSTOP) },
		"a relay's timer stops": func(pid int) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
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
			if err := do(station.Process.Pid); err != nil {
				t.Fatal(err)
			}
			wantRest(t, file)
			_ = station.Wait() // it has ended in each case
		})
	}
}

func TestStop(t *testing.T) {
	for _, rested := range []bool{true, false} {
		file := filepath.Join(t.TempDir(), "relays")
		guard.Start(as("guard", file), slog.New(slog.DiscardHandler)).Stop(rested)
		if _, err := os.Stat(file); (err == nil) == rested {
			t.Errorf("rested %v: the guard put them to rest is %v", rested, err == nil)
		}
	}
}

// starting tells of each process that is started.
func starting(file string) (command func() *exec.Cmd, started chan *exec.Cmd) {
	started = make(chan *exec.Cmd, 10)
	return func() *exec.Cmd {
		cmd := as("guard", file)()
		started <- cmd
		return cmd
	}, started
}

func TestAGuardThatEndsIsFollowedByAnother(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relays")
	command, started := starting(file)
	g := guard.Start(command, slog.New(slog.DiscardHandler))
	if err := (<-started).Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-started // the second one
	g.Stop(false)
	wantRest(t, file)
}

// teller is a guard that writes what it hears to a file, and after it has been started for the first time takes nothing.
func teller(t *testing.T, files ...string) (command func() *exec.Cmd) {
	n := 0
	return func() *exec.Cmd {
		cmd := exec.Command("sleep", "1000")
		if n > 0 {
			cmd = exec.Command("cat")
			f, err := os.Create(files[min(n, len(files))-1])
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout = f
		}
		n++
		return cmd
	}
}

// Attack: the guard lives but takes nothing. No word waits for it, it is replaced, and the next one knows of the relays.
func TestAGuardThatTakesNothingIsReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "heard")
	g := guard.Start(teller(t, file), slog.New(slog.DiscardHandler))
	g.Tell(7, board.Held)
	for range 100_000 { // far more than a pipe takes
		g.Tell(3, board.Pulsed)
		g.Tell(3, board.AtRest)
	}
	wantHeard(t, file, "held 7\n")
	g.Stop(true)
	wantHeard(t, file, "held 7\ngoodbye\n")
}

func wantHeard(t *testing.T, file, want string) {
	t.Helper()
	begin := time.Now()
	for look := range time.Tick(time.Millisecond) {
		text, _ := os.ReadFile(file)
		if string(text) == want {
			return
		}
		if look.Sub(begin) > soon {
			t.Fatalf("the guard has heard %q, want %q", text, want)
		}
	}
}

// A guard that cannot be started, as where memory is short, is told once, and there as soon as it can be.
func TestAGuardThatCannotStartIsToldAndTriedAgain(t *testing.T) {
	var said log
	tries, there := 0, make(chan bool)
	file := filepath.Join(t.TempDir(), "relays")
	g := guard.Start(func() *exec.Cmd {
		if tries++; tries <= 2 {
			return exec.Command("/no/such/program")
		}
		close(there)
		return as("guard", file)()
	}, slog.New(slog.NewTextHandler(&said, nil)))
	g.Tell(0, board.Pulsed)
	g.Tell(0, board.AtRest)
	<-there
	g.Stop(false)
	wantRest(t, file)
	if text := said.String(); strings.Count(text, "nobody puts the relays to rest") != 1 || !strings.Contains(text, "/no/such/program") {
		t.Errorf("the log: %s", text)
	}
}

// log is one that several goroutines write.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Attack: the guard outlives its station, whose number has become that of another process.
func TestNoStrangerIsKilled(t *testing.T) {
	stranger := exec.Command("sleep", "1000")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	p, err := guard.FindParent(stranger.Process.Pid) // it is a child, and not the parent
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Error(err)
	}
	if err := stranger.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("the stranger is gone: %v", err)
	}
	if state, err := stranger.Process.Wait(); err != nil || state.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Errorf("the stranger ended with %v, %v; want SIGTERM", state, err)
	}
}
