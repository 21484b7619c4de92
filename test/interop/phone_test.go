package interop

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// phone is "intercom phone", the telephone for scripts: it is told what to do and tells what happens, a line each.
type phone struct {
	t       testing.TB
	user    string
	address string
	folder  string
	in      io.Writer
	process *exec.Cmd
	over    chan struct{} // closed when it tells nothing any more

	mu     sync.Mutex
	events []*phoneEvent
	news   chan struct{} // has one entry when there is an event that nobody has looked for yet
}

// phoneEvent is one line that a phone has told.
type phoneEvent struct {
	text   string
	fields map[string]any
	wanted bool // a test has had it
}

// phoneSetup says what is special about a phone.
type phoneSetup struct {
	user      string // its name, "phone" if empty
	host      string // of its address of record; the phone's own if empty
	registrar string // URI; empty: it registers with nobody, and takes calls from anybody
	says      string // -mic
	args      []string
}

// startPhone starts a phone and waits until it listens and, if it has a registrar that wants it, until it is registered.
func startPhone(t testing.TB, s phoneSetup) *phone {
	t.Helper()
	p := startUnregisteredPhone(t, s)
	if s.registrar != "" {
		p.want("registered")
	}
	return p
}

func startUnregisteredPhone(t testing.TB, s phoneSetup) *phone {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	p := &phone{t: t, user: s.user, address: newAddress(t), over: make(chan struct{}), news: make(chan struct{}, 1)}
	if p.user == "" {
		p.user = "phone"
	}
	if s.host == "" {
		s.host = p.address
	}
	p.folder = filepath.Join(t.ArtifactDir(), peerName())
	if err := os.Mkdir(p.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"phone", "-v", "-listen", p.address + ":5060", "-aor", "sip:" + p.user + "@" + s.host, "-password", "secret"}
	if s.registrar != "" {
		args = append(args, "-registrar", s.registrar)
	}
	if s.says != "" {
		args = append(args, "-mic", s.says)
	}
	p.run(program, append(args, s.args...))
	p.want("ready")
	return p
}

func (p *phone) run(program string, args []string) {
	p.t.Helper()
	command := slices.Concat(urgent(), []string{program}, args)
	p.process = exec.Command(command[0], command[1:]...)
	p.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	log, err := os.Create(p.logFile())
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	p.process.Stderr = log
	in, err := p.process.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	out, err := p.process.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.process.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.in = in
	go p.listen(out)
	p.t.Cleanup(p.quit)
}

func (p *phone) logFile() string { return filepath.Join(p.folder, "phone.log") }

// uri calls the phone directly.
func (p *phone) uri() string { return "sip:" + p.user + "@" + p.address }

// listen collects events until the phone ends.
func (p *phone) listen(out io.Reader) {
	defer close(p.over)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		e := &phoneEvent{text: lines.Text()}
		json.Unmarshal(lines.Bytes(), &e.fields)
		p.mu.Lock()
		p.events = append(p.events, e)
		p.mu.Unlock()
		select {
		case p.news <- struct{}{}:
		default:
		}
	}
}

// quit ends the phone as its user would, which it obeys at once.
func (p *phone) quit() {
	fmt.Fprintln(p.in, "quit")
	select {
	case <-p.over:
	case <-time.After(5 * time.Second):
		p.t.Errorf("phone %s does not quit", p.user)
		syscall.Kill(-p.process.Process.Pid, syscall.SIGKILL)
		<-p.over
	}
	if err := p.process.Wait(); err != nil && !p.t.Failed() {
		p.t.Errorf("phone %s: %v", p.user, err)
	}
	showIfFailed(p.t, "what phone "+p.user+" told", p.told())
	showIfFailed(p.t, "the log of phone "+p.user, read(p.logFile()))
}

// told is every event so far, a line each, without what was asked for.
func (p *phone) told() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var text strings.Builder
	for _, e := range p.events {
		if e.field("event") != "status" {
			fmt.Fprintln(&text, e.text)
		}
	}
	return text.String()
}

// says gives a command.
func (p *phone) says(format string, args ...any) {
	p.t.Helper()
	if _, err := fmt.Fprintf(p.in, format+"\n", args...); err != nil {
		p.t.Fatal(err)
	}
}

// longest is how long a phone may take to tell what is wanted, where nothing else is said: far more than it should need.
const longest = 15 * time.Second

// want waits for an event such as "ended call=out-1 status=486" that has not been wanted before. Others may come before it.
func (p *phone) want(pattern string) *phoneEvent { p.t.Helper(); return p.wantWithin(pattern, longest) }

func (p *phone) wantWithin(pattern string, within time.Duration) *phoneEvent {
	p.t.Helper()
	late := time.After(within)
	for {
		if e := p.find(pattern); e != nil {
			e.wanted = true
			return e
		}
		select {
		case <-p.news:
		case <-p.over:
			if e := p.find(pattern); e != nil {
				return e
			}
			p.t.Fatalf("phone %s has ended and not told %q", p.user, pattern)
		case <-late:
			p.t.Fatalf("phone %s does not tell %q within %v", p.user, pattern, within)
		}
	}
}

// wantNo says that an event has not come so far, but for those that were wanted.
func (p *phone) wantNo(pattern string) {
	p.t.Helper()
	if e := p.find(pattern); e != nil {
		p.t.Errorf("phone %s tells %s", p.user, e.text)
	}
}

func (p *phone) find(pattern string) *phoneEvent {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.events {
		if !e.wanted && e.matches(pattern) {
			return e
		}
	}
	return nil
}

func (e *phoneEvent) matches(pattern string) bool {
	words := strings.Fields(pattern)
	if e.field("event") != words[0] {
		return false
	}
	for _, word := range words[1:] {
		if name, value, _ := strings.Cut(word, "="); e.field(name) != value {
			return false
		}
	}
	return true
}

// field is one as text, empty if the event does not have it.
func (e *phoneEvent) field(name string) string {
	if value, ok := e.fields[name]; ok {
		return fmt.Sprint(value)
	}
	return ""
}

// callFigures are those of a call's sound, in packets.
type callFigures struct{ Sent, Received, Rejected int }

// figures asks for those of a call that is up.
func (p *phone) figures(call string) (f callFigures) {
	p.t.Helper()
	p.says("status")
	var status struct {
		Calls []struct {
			Call  string
			Media callFigures
		}
	}
	if err := json.Unmarshal([]byte(p.want("status").text), &status); err != nil {
		p.t.Fatal(err)
	}
	for _, c := range status.Calls {
		if c.Call == call {
			return c.Media
		}
	}
	p.t.Fatalf("phone %s has no call %s", p.user, call)
	return f
}

// wantTalk waits until a call has sent and received half a second of sound from now on.
func (p *phone) wantTalk(call string) {
	p.t.Helper()
	const packets = 25
	before := p.figures(call)
	eventually(p.t, fmt.Sprintf("sound both ways in call %s of phone %s", call, p.user), longest, func() bool {
		now := p.figures(call)
		return now.Sent >= before.Sent+packets && now.Received >= before.Received+packets
	})
}

// wantHeard waits until a call has received half a second of sound since it began.
func (p *phone) wantHeard(call string) {
	p.t.Helper()
	eventually(p.t, fmt.Sprintf("sound from call %s of phone %s", call, p.user), longest, func() bool {
		return p.figures(call).Received >= 25
	})
}

// wantDigits waits for these keys in this order, pressed in this way.
func (p *phone) wantDigits(call, digits, way string) {
	p.t.Helper()
	for _, d := range digits {
		if e := p.want("digit call=" + call); e.field("digit") != string(d) || e.field("way") != way {
			p.t.Fatalf("phone %s tells %s, want digit %c of %q by %s", p.user, e.text, d, digits, way)
		}
	}
}

// call dials, lets the other phone answer, and waits until both have each other.
func (p *phone) call(uri string, other *phone) {
	p.t.Helper()
	p.says("dial %s", uri)
	out := p.want("calling").field("call")
	in := other.want("incoming").field("call")
	p.want("ringing call=" + out)
	other.says("answer %s", in)
	other.want("answered call=" + in)
	p.want("answered call=" + out)
}
