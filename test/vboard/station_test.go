package vboard_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"intercom/test/vboard"
)

const (
	configPath = "/etc/intercom.toml"
	benchPath  = "/bin/bench"
)

// soon is long enough for everything that happens at once, on a computer that has many other things to do. Nobody waits for longer
// than a thing takes.
const soon = 2 * time.Minute

// config is a door station with two doors, one for each kind of relay board, that calls a telephone on the same board.
const config = `
[[button]]
name = "bell"
line = "BELL"
active_low = true
call = ["sip:house@127.0.0.1:15062"]

[[door]]
name = "front"
relay = "RELAY1"
pulse = "1s"
code = "73914"

[[door]]
name = "gate"
relay = "RELAY2"
active_low = true

[led]
line = "LED"

[sound]
card = "null"

[sip]
listen = "127.0.0.1:15060"
allow = ["127.0.0.1"]

[[account]]
name = "direct"
aor = "sip:door@127.0.0.1:15060"
`

// audible is a configuration with the loopback card in the place of none: sound is most of what a station computes.
func audible(toml string) string {
	return strings.Replace(toml, `card = "null"`, `card = "Loopback"`, 1)
}

// wired is a board with the program, its configuration, a loopback card and nobody's finger on a button.
func wired(t testing.TB, arch vboard.Arch, toml string) vboard.Options {
	t.Helper()
	return vboard.Options{
		Arch:    arch,
		Modules: []string{"snd-aloop pcm_substreams=1"},
		High:    []vboard.Line{vboard.Bell},
		Files: []vboard.File{
			firmware(t, arch),
			{Path: benchPath, From: vboard.GoProgram(t, arch, "bench", "build", "./test/vboard/bench"), Program: true},
			{Path: configPath, Text: toml},
		},
	}
}

// station starts the door station and waits until it is ready.
func station(b *vboard.Board) *vboard.Process {
	p := b.Start(program, "run", "-config", configPath)
	p.Await("the station starts", soon)
	return p
}

// telephone starts the house's.
func telephone(b *vboard.Board, flags ...string) *vboard.Process {
	p := b.Start(program, append([]string{"phone", "-listen", "127.0.0.1:15062"}, flags...)...)
	p.Await(`"event":"ready"`, soon)
	return p
}

// bootLoader leaves a line at a level before the station starts.
func bootLoader(t testing.TB, b *vboard.Board, l vboard.Line, level string) {
	t.Helper()
	if out, status := b.Run(benchPath, "drive", l.String(), level); status != 0 {
		t.Fatalf("the line %v could not be set: %s", l, out)
	}
}

// stop ends the station as systemd does.
func stop(t testing.TB, p *vboard.Process) {
	t.Helper()
	p.Signal(syscall.SIGTERM)
	if status := p.Wait(soon); status != 0 {
		t.Errorf("the station ended with status %d", status)
	}
}

// wantEdges says how often a line has changed since power on.
func wantEdges(t testing.TB, when string, b *vboard.Board, l vboard.Line, want int) {
	t.Helper()
	if n := len(b.Edges(l)); n != want {
		t.Errorf("%s: line %v has changed %d times, want %d:%s", when, l, n, want, b.Story(l))
	}
}

// ring presses the bell and waits until the telephone rings, and tells how long that took.
func ring(b *vboard.Board, phone *vboard.Process) time.Duration {
	pressed := time.Now()
	b.Set(vboard.Bell, false)
	rings := phone.Await(`"event":"incoming"`, soon)
	b.Set(vboard.Bell, true)
	return rings.At.Sub(pressed)
}
