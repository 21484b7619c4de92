package notify

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// manager is a systemd that listens; its socket has a path, or with "@" a name without one.
func manager(t *testing.T, name string) *net.UnixConn {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	t.Setenv("NOTIFY_SOCKET", name)
	t.Setenv("WATCHDOG_USEC", "20000000")
	t.Setenv("WATCHDOG_PID", strconv.Itoa(os.Getpid()))
	return conn
}

// heard is all that the manager was told. A datagram is there when it has been sent.
func heard(t *testing.T, conn *net.UnixConn) (all []string) {
	t.Helper()
	buf := make([]byte, 4096)
	for {
		conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		n, err := conn.Read(buf)
		if err != nil {
			return all
		}
		state, at, timed := strings.Cut(string(buf[:n]), "\nMONOTONIC_USEC=")
		if timed {
			if usec, err := strconv.ParseInt(at, 10, 64); err != nil || usec <= 0 {
				t.Errorf("%s at %q microseconds", state, at)
			}
			state += " at a time"
		}
		all = append(all, state)
	}
}

func TestSystemdIsTold(t *testing.T) {
	for _, name := range []string{filepath.Join(t.TempDir(), "notify"), "@intercom-test-" + strconv.Itoa(os.Getpid())} {
		conn := manager(t, name)
		g, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		g.Ready()
		for range 30 { // seconds
			g.Alive(now)
			g.Status("ready")
			now = now.Add(time.Second)
		}
		g.Alive(now.Add(-time.Hour)) // the clock was set back
		g.Status("line 3:\nwrong")
		g.Reloading()
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		want := []string{"READY=1", "WATCHDOG=1", "STATUS=ready", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1", "STATUS=line 3: wrong", "RELOADING=1 at a time", "STOPPING=1"}
		if got := heard(t, conn); !slices.Equal(got, want) {
			t.Errorf("%s heard %q, want %q", name, got, want)
		}
	}
}

func TestNobodyWatches(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	t.Setenv("WATCHDOG_USEC", "")
	g, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	g.Ready()
	g.Alive(time.Now())
	if err := g.Close(); err != nil {
		t.Error(err)
	}
}

func TestTheWatchdogIsFedAndToldToStop(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	device := filepath.Join(t.TempDir(), "watchdog")
	if err := os.WriteFile(device, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	g, err := New(Options{Watchdog: device})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for range 21 { // seconds: five meals at 5 s, one at the opening
		g.Alive(now)
		now = now.Add(time.Second)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	got, err := os.ReadFile(device)
	if want := "\x00\x00\x00\x00\x00\x00V"; err != nil || string(got) != want {
		t.Errorf("the watchdog got %q, want %q; %v", got, want, err)
	}
}

func TestAWatchdogThatCannotBeHad(t *testing.T) {
	device := filepath.Join(t.TempDir(), "none")
	g, err := New(Options{Watchdog: device})
	if g == nil || err == nil || !strings.Contains(err.Error(), device) {
		t.Errorf("gave %v and %v, want a Guard and an error that names the device", g, err)
	}
	g.Alive(time.Now())
}
