package control

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk notes what it is asked.
type desk struct {
	mu    sync.Mutex
	asked []string
	err   error
}

func (d *desk) ask(what ...string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, strings.Join(what, " "))
	return d.err
}

func (d *desk) Status() (any, error)         { return map[string]int{"calls": 0}, d.ask("status") }
func (d *desk) Press(button string) error    { return d.ask("press", button) }
func (d *desk) Open(door, by string) error   { return d.ask("open", door) }
func (d *desk) Call(target, by string) error { return d.ask("call", target) }
func (d *desk) HangUp(by string) error       { return d.ask("hangup") }
func (d *desk) Reload() error                { return d.ask("reload") }

func (d *desk) was() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.asked)
}

func listen(t *testing.T, d *desk, mayOpen bool) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	s, err := Listen(Options{Path: path, MayOpen: mayOpen, Station: d, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the socket stays: %v", err)
		}
	})
	return path
}

func ask(t *testing.T, path, line string) Reply {
	t.Helper()
	r, err := Ask(t.Context(), path, line)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Attack: a door is asked for where programs may not open any, by every way of writing it.
func TestDoorsStayShutUnlessTheConfigurationSaysSo(t *testing.T) {
	d := &desk{}
	path := listen(t, d, false)
	for _, line := range []string{"open front", " open front", "open  front ", "open\tfront", "OPEN front", "open front\r", "status open front", "press", "open"} {
		if r := ask(t, path, line); r.OK {
			t.Errorf("%q: %+v", line, r)
		}
	}
	if got := d.was(); len(got) > 0 {
		t.Errorf("the station was asked %q", got)
	}
}

func TestEveryCommandIsPassedOn(t *testing.T) {
	d := &desk{}
	path := listen(t, d, true)
	lines := []string{"press front door", "open front", "call sip:11@fritz.box", "hangup", "reload", "status"}
	for _, line := range lines {
		if r := ask(t, path, line); !r.OK || r.Error != "" {
			t.Errorf("%q: %+v", line, r)
		}
	}
	if got := d.was(); !slices.Equal(got, lines) {
		t.Errorf("the station was asked %q", got)
	}
	if r := ask(t, path, "status"); string(r.Status) != `{"calls":0}` {
		t.Errorf("%+v", r)
	}
	d.err = errors.New("the housing was opened")
	for _, line := range lines {
		if r := ask(t, path, line); r.OK || r.Error != "the housing was opened" || r.Status != nil {
			t.Errorf("%q: %+v", line, r)
		}
	}
}

// Attack: what is no command, no text, or without end.
func TestWhatIsNoLine(t *testing.T) {
	d := &desk{}
	path := listen(t, d, true)
	for _, line := range []string{"", "sesame", "hangup now", "open fr\x1bont", "open \xff", "call a\x00b", "press a\rb"} {
		if r := ask(t, path, line); r.OK || r.Error == "" {
			t.Errorf("%q: %+v", line, r)
		}
	}
	if r, err := Ask(t.Context(), path, "press "+strings.Repeat("x", 2*longestLine)); err == nil {
		t.Errorf("a line without end: %+v", r)
	}
	if got := d.was(); len(got) > 0 {
		t.Errorf("the station was asked %q", got)
	}
}

// Attack: one program takes all places. The others wait for as long as the socket is patient, the station not at all.
func TestTooManyClients(t *testing.T) {
	d := &desk{}
	path := listen(t, d, true)
	conns := make([]net.Conn, mostClients)
	for i := range conns {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		conns[i] = conn
		fmt.Fprintln(conn, "hangup") // it has its place when this is answered
		if _, err := conn.Read(make([]byte, 64)); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("one too many: %v", err)
	}
	for _, c := range conns {
		c.Close()
	}
}

func TestWhoMayAsk(t *testing.T) {
	groups := func(uid uint32) []string {
		if uid == 1001 {
			return []string{"1001", "990"}
		}
		return []string{"100"}
	}
	for _, c := range []struct {
		uid, gid uint32
		own      int // the station's group
		want     bool
	}{
		{0, 0, 990, true},
		{500, 500, 990, true}, // the station's own user
		{1000, 990, 990, true},
		{1001, 1001, 990, true},
		{1000, 100, 990, false},
		{65534, 65534, 990, false},
		{1000, 0, 0, false},
		{1001, 1001, 0, false},
	} {
		if got := mayAsk(owner{c.uid, c.gid}, 500, c.own, groups); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestTheSocketIsForItsGroup(t *testing.T) {
	path := listen(t, &desk{}, false)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := Listen(Options{Path: path}); err == nil || !strings.Contains(err.Error(), "another program answers") {
		t.Errorf("listened on twice: %v", err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	if _, err := Ask(t.Context(), filepath.Join(t.TempDir(), "none"), "status"); err == nil || !strings.Contains(err.Error(), "does it run") {
		t.Errorf("%v", err)
	}
}

func FuzzObey(f *testing.F) {
	for _, line := range []string{"status", "open front", "press a b", "call sip:x", "hangup", "reload", "\x00"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		d := &desk{}
		s := &Server{o: Options{Station: d, Log: slog.New(slog.DiscardHandler)}}
		r := s.obey(line, "anna")
		if r.OK == (r.Error != "") {
			t.Fatalf("%q: %+v", line, r)
		}
		for _, asked := range d.was() {
			if strings.HasPrefix(asked, "open") {
				t.Fatalf("%q opens", line)
			}
		}
	})
}
