package interop

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// baresip is a running phone: it answers by itself, plays a WAV file and records what it hears.
type baresip struct {
	t       testing.TB
	name    string
	user    string
	port    int
	paths   map[string]string
	control net.Conn

	mu     sync.Mutex
	events []baresipEvent
}

// baresipEvent is one event of its module ctrl_tcp, or the reply to a command.
type baresipEvent struct {
	Type  string `json:"type"`
	Param string `json:"param"`

	Response bool `json:"response"`
}

// baresipSetup says what is special about a phone.
type baresipSetup struct {
	user      string // its name, "phone" if empty
	registrar string // address; empty: it is called directly
	says      string // WAV file; the house's speech if empty
	answers   string // "auto" if empty; "manual" and "early" wait for command "accept", the latter with sound
	encrypts  string // "srtp" where the other side can, "srtp-mand" or no call; not at all if empty
}

func startBaresip(t testing.TB, s baresipSetup) *baresip {
	t.Helper()
	b := &baresip{t: t, name: peerName(), user: s.user, port: newPort(t)}
	if b.user == "" {
		b.user = "phone"
	}
	args := []string{"start", b.name, strconv.Itoa(b.port), b.user}
	if s.registrar != "" {
		args = append(args, s.registrar)
	}
	env := []string{"ENCRYPTS=" + s.encrypts}
	if s.answers != "" {
		env = append(env, "ANSWERS="+s.answers)
	}
	if s.says != "" {
		env = append(env, "SAYS="+s.says)
	}
	b.paths = startPeer(t, env, "baresip.sh", args...)
	t.Cleanup(b.stop)
	b.connect()
	return b
}

func (b *baresip) stop() {
	if b.control != nil {
		b.control.Close()
	}
	peerScript(b.t, nil, "baresip.sh", "stop", b.name)
	showIfFailed(b.t, "baresip's log", read(b.paths["log"]))
	os.RemoveAll(b.paths["folder"])
}

// uri calls the phone directly.
func (b *baresip) uri() string { return fmt.Sprintf("sip:%s@127.0.0.1:%d", b.user, b.port) }

func (b *baresip) connect() {
	b.t.Helper()
	conn, err := net.DialTimeout("tcp", fmt.Sprint("127.0.0.1:", b.port+2), 3*time.Second)
	if err != nil {
		b.t.Fatal(err)
	}
	b.control = conn
	go b.listen(conn)
}

// listen collects events until the connection is closed. They come as netstrings: length, colon, JSON, comma.
func (b *baresip) listen(conn net.Conn) {
	r := bufio.NewReader(conn)
	for {
		digits, err := r.ReadString(':')
		if err != nil {
			return
		}
		length, _ := strconv.Atoi(strings.TrimSuffix(digits, ":"))
		text := make([]byte, length+1)
		if _, err := io.ReadFull(r, text); err != nil {
			return
		}
		var e baresipEvent
		if json.Unmarshal(text[:length], &e) == nil {
			b.mu.Lock()
			b.events = append(b.events, e)
			b.mu.Unlock()
		}
	}
}

// command gives a command such as "dial" or "hangup" and waits for the reply.
func (b *baresip) command(command, params string) {
	b.t.Helper()
	isReply := func(e baresipEvent) bool { return e.Response }
	before := b.count(isReply)
	text, _ := json.Marshal(map[string]string{"command": command, "params": params})
	if _, err := fmt.Fprintf(b.control, "%d:%s,", len(text), text); err != nil {
		b.t.Fatal(err)
	}
	eventually(b.t, "baresip's reply to "+command, 3*time.Second, func() bool { return b.count(isReply) > before })
}

func (b *baresip) dial(uri string) { b.t.Helper(); b.command("dial", uri) }
func (b *baresip) hangUp()         { b.t.Helper(); b.command("hangup", "") }

// sendDigits sends digits by RFC 4733, as fast as a thumb.
func (b *baresip) sendDigits(digits string) {
	b.t.Helper()
	every(300*time.Millisecond, len(digits), func(i int) { b.command("sndcode", digits[i:i+1]) })
}

func (b *baresip) count(match func(baresipEvent) bool) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.events {
		if match(e) {
			n++
		}
	}
	return n
}

// isEvent matches one kind of event.
func isEvent(kind string) func(baresipEvent) bool {
	return func(e baresipEvent) bool { return e.Type == kind }
}

// wantEvent waits for an event such as CALL_ESTABLISHED or CALL_CLOSED whose parameter contains the text.
func (b *baresip) wantEvent(kind, text string, within time.Duration) {
	b.t.Helper()
	eventually(b.t, fmt.Sprintf("baresip's event %s %q", kind, text), within, func() bool {
		return b.count(func(e baresipEvent) bool { return e.Type == kind && strings.Contains(e.Param, text) }) > 0
	})
}

// digits are the digits that the other side has sent.
func (b *baresip) digits() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var digits strings.Builder
	for _, e := range b.events {
		if e.Type == "CALL_DTMF_START" {
			digits.WriteString(e.Param)
		}
	}
	return digits.String()
}

// heard is what the phone recorded of the last call that has ended.
func (b *baresip) heard() []int16 {
	b.t.Helper()
	return readWAV(b.t, b.recording())
}

// recording is the file with what it has heard in the last call, empty if there is none.
func (b *baresip) recording() string {
	found, _ := filepath.Glob(filepath.Join(b.paths["recordings"], "*-dec.wav"))
	if len(found) == 0 {
		return ""
	}
	return slices.Max(found)
}

// wantTalk waits until the phone has heard so much of its call.
func (b *baresip) wantTalk(length time.Duration) {
	b.t.Helper()
	wantRecorded(b.t, "what baresip hears", b.recording, length)
}

// wantNoEvent says that an event has not come so far.
func (b *baresip) wantNoEvent(kind string) {
	b.t.Helper()
	if n := b.count(func(e baresipEvent) bool { return e.Type == kind }); n > 0 {
		b.t.Errorf("baresip has had %d events %s, want none", n, kind)
	}
}
