package console

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is a console with a list of what was said to it.
type desk struct {
	*testing.T
	*Console
	said chan string
	path string
}

const maxLine = 100

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, said: make(chan string, 1000), path: filepath.Join(t.TempDir(), "control")}
	d.Console = New(Options{
		MaxLine: maxLine,
		Take:    func(line string) { d.said <- line },
		Missed:  func(n int) []byte { return fmt.Appendf(nil, "%d missed", n) },
	})
	return d
}

func (d *desk) listen() {
	d.Helper()
	if err := d.Listen(d.path); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) close() {
	d.Helper()
	if err := d.Close(); err != nil {
		d.Error(err)
	}
}

func (d *desk) wantSaid(want ...string) {
	d.Helper()
	for _, line := range want {
		select {
		case got := <-d.said:
			if got != line {
				d.Fatalf("said %q, want %q", got, line)
			}
		case <-time.After(5 * time.Second):
			d.Fatalf("nothing was said, want %q", line)
		}
	}
}

// client is somebody at the socket.
type client struct {
	*testing.T
	net.Conn
	lines *bufio.Reader
}

func (d *desk) client() *client {
	d.Helper()
	conn, err := net.Dial("unix", d.path)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	return &client{d.T, conn, bufio.NewReader(conn)}
}

func (c *client) says(text string) {
	c.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		c.Fatal(err)
	}
}

func (c *client) wantTold(want ...string) {
	c.Helper()
	for _, line := range want {
		if got, err := c.lines.ReadString('\n'); err != nil || got != line+"\n" {
			c.Fatalf("told %q, %v, want %q", got, err, line)
		}
	}
}

func (c *client) wantEnd() {
	c.Helper()
	if rest, err := io.ReadAll(c.lines); err != nil || len(rest) > 0 {
		c.Fatalf("told %q, %v, want the end", rest, err)
	}
}

func TestEverybodyIsHeardAndEverybodyIsTold(t *testing.T) {
	d := newDesk(t)
	d.listen()
	d.Greet([]byte("ready"))
	first, second := d.client(), d.client()
	first.wantTold("ready")
	second.wantTold("ready")

	first.says("one\ntw")
	d.wantSaid("one")
	second.says("three\r\n")
	d.wantSaid("three\r")
	first.says("o\n")
	d.wantSaid("two")

	d.Tell([]byte("ringing"))
	first.wantTold("ringing")
	second.wantTold("ringing")

	first.Close()
	d.Tell([]byte("answered"))
	second.wantTold("answered")
	d.close()
	second.wantEnd()
	if _, err := os.Lstat(d.path); !os.IsNotExist(err) {
		t.Errorf("the socket is still there: %v", err)
	}
}

func TestOnlyTheOwnerMayConnect(t *testing.T) {
	d := newDesk(t)
	d.listen()
	defer d.close()
	info, err := os.Lstat(d.path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode(); got != os.ModeSocket|0o600 {
		t.Errorf("the socket has mode %v, want a socket for its owner alone", got)
	}
}

// A program that was killed leaves its socket behind.
func TestAStaleSocketIsReplaced(t *testing.T) {
	d := newDesk(t)
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: d.path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close()
	d.listen()
	d.Greet([]byte("ready"))
	d.client().wantTold("ready")
	d.close()
}

func TestPlacesThatAreTaken(t *testing.T) {
	alive := newDesk(t)
	alive.listen()
	defer alive.close()
	note := filepath.Join(t.TempDir(), "note")
	if err := os.WriteFile(note, []byte("dear diary"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		alive.path:                        "another program answers",
		note:                              "something else of this name",
		t.TempDir():                       "something else of this name",
		"/no/such/folder/control":         "no such file",
		"/tmp/" + strings.Repeat("x", 99): "104 octets",
	} {
		d := newDesk(t)
		if err := d.Listen(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("listening on %s: %v, want %q", path, err, want)
		}
		d.close()
	}
	if text, _ := os.ReadFile(note); string(text) != "dear diary" {
		t.Errorf("the note has become %q", text)
	}
	alive.Greet([]byte("here"))
	alive.client().wantTold("here")
}

// A client that says everything at once and then only listens is still told what comes of it.
func TestAClientThatOnlyListens(t *testing.T) {
	d := newDesk(t)
	d.listen()
	c := d.client()
	c.says("status\nquit")
	c.Conn.(*net.UnixConn).CloseWrite()
	d.wantSaid("status", "quit")
	d.Tell([]byte("fine"))
	c.wantTold("fine")
	d.close()
	c.wantEnd()
}

func TestLongLinesAreCutAndTheNextIsWhole(t *testing.T) {
	d := newDesk(t)
	d.listen()
	c := d.client()
	fits, tooLong := strings.Repeat("a", maxLine), strings.Repeat("b", 1<<20)
	c.says(fits + "\n" + tooLong + "\nnext\n")
	d.wantSaid(fits)
	if got := <-d.said; len(got) <= maxLine || len(got) > maxLine+2 || strings.Trim(got, "b") != "" {
		t.Errorf("a line of %d octets came as %d, want one that is seen to be too long", len(tooLong), len(got))
	}
	d.wantSaid("next")
	d.close()
}

// Somebody who reads nothing holds up nobody, and learns what was missed.
func TestASlowReader(t *testing.T) {
	d := newDesk(t)
	d.listen()
	d.Greet([]byte("ready"))
	quick := d.client()
	quick.wantTold("ready")
	slow, w := io.Pipe()
	d.Attach(w)
	const lines = 3 * maxWaiting
	for range lines {
		d.Tell([]byte("x"))
		quick.wantTold("x")
	}
	told := make(chan string)
	go func() {
		all, _ := io.ReadAll(slow)
		told <- string(all)
	}()
	d.close()
	w.Close()
	all := <-told
	all = strings.TrimPrefix(all, "ready\n")
	heard := strings.Count(all, "x\n")
	if !strings.HasSuffix(all, fmt.Sprintf("%d missed\n", lines-heard)) || heard < maxWaiting || heard == lines {
		t.Errorf("heard %d of %d lines, ending in %q", heard, lines, all[max(0, len(all)-30):])
	}
}

func TestStandardInput(t *testing.T) {
	d := newDesk(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	in, err := NewStdin(r)
	if err != nil {
		t.Fatal(err)
	}
	d.Read(in)
	fmt.Fprint(w, "dial\nhang")
	d.wantSaid("dial")
	fmt.Fprint(w, "up\n")
	d.wantSaid("hangup")
	d.close() // while it waits for more
	w.Close()
}

func TestStandardInputMayEnd(t *testing.T) {
	d := newDesk(t)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	in, err := NewStdin(null)
	if err != nil {
		t.Fatal(err)
	}
	d.Read(in)
	d.listen()
	d.client().says("still here\n")
	d.wantSaid("still here")
	d.close()
}
