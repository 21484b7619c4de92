package interop

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/template"
	"time"
)

// door is the program under test: "intercom run" on a simulated board, whose button, relay and light are moved and watched by
// a script.
type door struct {
	t       testing.TB
	address string
	folder  string
	process *exec.Cmd
	exited  chan struct{}
	err     error // of the process, once exited is closed
}

// doorSetup says what is special about a door station.
type doorSetup struct {
	pbx      *asterisk // where it registers; nil: nowhere, calls go straight to the phones
	pbxAt    string    // address of a PBX that does not run yet
	user     string    // at the PBX, "door" if empty
	password string    // "secret" if empty
	call     []string  // whom the button calls; an extension that rings for ever if empty
	station  string    // further lines of [station]
	sip      string    // further lines of [sip]
	account  string    // further lines of [[account]]
	address  string    // a new one if empty
}

// configuration is a station with one button, one door that opens for a second, one light, and a sound card that hears the
// visitor and records what it plays.
var configuration = template.Must(template.New("").Parse(`
[board]
model = "sim"

[station]
name = "Front door"
hang_up_after_opening = "2s"
{{.Station}}

[[button]]
name = "front"
call = [{{range .Call}}"{{.}}", {{end}}]

[[door]]
name = "front"
code = "2580"
pulse = "1s"

[sound]
card = "wav"
microphone = "{{.Microphone}}"
speaker = "{{.Speaker}}"

[sip]
listen = "{{.Address}}:5060"
{{.SIP}}

[[account]]
name = "house"
{{if .Registrar -}}
aor = "sip:{{.User}}@{{.Registrar}}"
password = "{{.Password}}"
registrar = "sip:{{.Registrar}}"
{{else -}}
aor = "sip:door@{{.Address}}"
{{end}}
{{.Account}}
`))

func (s doorSetup) write(t testing.TB, folder string) (config string) {
	t.Helper()
	registrar := s.pbxAt
	if s.pbx != nil {
		registrar = s.pbx.address
	}
	call := s.call
	if call == nil {
		call = []string{"sip:ring@" + registrar}
	}
	or := func(text, otherwise string) string {
		if text == "" {
			return otherwise
		}
		return text
	}
	var text strings.Builder
	err := configuration.Execute(&text, map[string]any{
		"Station": s.station, "SIP": s.sip, "Account": s.account, "Call": call, "Address": s.address, "Registrar": registrar,
		"User": or(s.user, "door"), "Password": or(s.password, "secret"),
		"Microphone": visitorWAV(), "Speaker": filepath.Join(folder, "speaker.wav"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return writeFile(t, filepath.Join(folder, "intercom.toml"), text.String())
}

// startDoor starts a door station and, beside it, the script of its board. The station ends with the script.
func startDoor(t testing.TB, s doorSetup, script string) *door {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	if s.address == "" {
		s.address = newAddress(t)
	}
	d := &door{t: t, address: s.address, folder: filepath.Join(t.ArtifactDir(), peerName()), exited: make(chan struct{})}
	if err := os.Mkdir(d.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	config := s.write(t, d.folder)
	command := append(slices.Clone(urgent()), program, "run", "-config", config,
		"-script", writeFile(t, filepath.Join(d.folder, "script"), script+"\nquit\n"))
	d.process = exec.Command(command[0], command[1:]...)
	log, err := os.Create(d.logFile())
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	d.process.Stdout, d.process.Stderr = log, log
	d.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := d.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		d.err = d.process.Wait()
		close(d.exited)
	}()
	t.Cleanup(d.stop)
	return d
}

// urgent is what stands before a command that shall run in real time, as the peers do: a compiler next door must not leave holes
// in the sound. It is empty where that is not allowed.
var urgent = sync.OnceValue(func() []string {
	command := []string{"chrt", "--rr", "10"}
	if exec.Command(command[0], append(slices.Clone(command[1:]), "true")...).Run() != nil {
		return nil
	}
	return command
})

func (d *door) stop() {
	syscall.Kill(-d.process.Process.Pid, syscall.SIGKILL)
	<-d.exited
	showIfFailed(d.t, "the door's log", d.log())
}

func (d *door) signal(s syscall.Signal) {
	d.t.Helper()
	if err := d.process.Process.Signal(s); err != nil {
		d.t.Fatal(err)
	}
}

func (d *door) logFile() string { return filepath.Join(d.folder, "intercom.log") }
func (d *door) log() string     { return read(d.logFile()) }

// uri calls the door directly.
func (d *door) uri() string { return "sip:door@" + d.address }

// wantScriptDone waits for the end of the script and says that all it expected has happened.
func (d *door) wantScriptDone(within time.Duration) {
	d.t.Helper()
	select {
	case <-d.exited:
		if d.err != nil {
			d.t.Fatalf("the door: %v", d.err)
		}
	case <-time.After(within):
		d.t.Fatalf("the door's script is not done within %v", within)
	}
}

// wantStep waits until the script has done a step, such as "expect led in-call".
func (d *door) wantStep(step string) {
	d.t.Helper()
	d.wantLog(longest, "msg=script", strconv.Quote(step))
}

// wantLog waits for a line of the log that has all these parts.
func (d *door) wantLog(within time.Duration, parts ...string) {
	d.t.Helper()
	eventually(d.t, fmt.Sprintf("a line with %q in the door's log", parts), within, func() bool { return len(d.lines(parts...)) > 0 })
}

// wantNoLog says that no line of the log has all these parts.
func (d *door) wantNoLog(parts ...string) {
	d.t.Helper()
	if lines := d.lines(parts...); len(lines) > 0 {
		d.t.Errorf("the door's log says %s", lines[0])
	}
}

// lines are those of the log that have all these parts.
func (d *door) lines(parts ...string) (found []string) {
	for line := range strings.Lines(d.log()) {
		has := true
		for _, part := range parts {
			has = has && strings.Contains(line, part)
		}
		if has {
			found = append(found, line)
		}
	}
	return found
}

// wantOpened says that the door opened so many times, each for exactly its time.
func (d *door) wantOpened(times int, pulse time.Duration) {
	d.t.Helper()
	opened, shut := d.lines(`msg="door unlocked"`), d.lines(`msg="door locked"`)
	if len(opened) != times || len(shut) != times {
		d.t.Fatalf("the door opened %d times and shut %d times, want %d", len(opened), len(shut), times)
	}
	for i := range opened {
		lasted := logTime(d.t, shut[i]).Sub(logTime(d.t, opened[i]))
		if (lasted - pulse).Abs() > 100*time.Millisecond {
			d.t.Errorf("the door was open for %v, want %v", lasted, pulse)
		}
	}
}

// speaker is what the visitor heard, from the start of the station on.
func (d *door) speaker() []int16 {
	d.t.Helper()
	return readWAV(d.t, filepath.Join(d.folder, "speaker.wav"))
}

// logTime reads the time of a line that slog wrote.
func logTime(t testing.TB, line string) time.Time {
	t.Helper()
	text, _, _ := strings.Cut(strings.TrimPrefix(line, "time="), " ")
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(errors.Join(fmt.Errorf("line %q has no time", line), err))
	}
	return at
}

func writeFile(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantListening waits until the station has its SIP port.
func (d *door) wantListening() { d.t.Helper(); waitForUDP(d.t, d.address+":5060") }

// wantFailure says that the station refuses to start, with one line that has all these parts.
func (d *door) wantFailure(within time.Duration, parts ...string) {
	d.t.Helper()
	select {
	case <-d.exited:
		if d.err == nil {
			d.t.Fatal("the door stopped without an error")
		}
	case <-time.After(within):
		d.t.Fatalf("the door still runs after %v", within)
	}
	if len(d.lines(parts...)) == 0 {
		d.t.Errorf("the door's log has no line with %q", parts)
	}
}
