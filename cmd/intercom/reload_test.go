package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"intercom/configs"
)

// stationProcess is a process that is a door station; its log is read line by line.
type stationProcess struct {
	t    *testing.T
	cmd  *exec.Cmd
	log  *bufio.Scanner
	said []string
}

func startStation(t *testing.T, config string) *stationProcess {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	cmd := exec.CommandContext(ctx, os.Args[0], "run", "-config", config)
	cmd.Env = append(os.Environ(), asProgram+"=1", "RUNTIME_DIRECTORY="+t.TempDir())
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &stationProcess{t: t, cmd: cmd, log: bufio.NewScanner(out)}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	return p
}

// wantSaid waits for a line of the log that has a text.
func (p *stationProcess) wantSaid(text string) {
	p.t.Helper()
	for p.log.Scan() {
		p.said = append(p.said, p.log.Text())
		if strings.Contains(p.log.Text(), text) {
			return
		}
	}
	p.t.Fatalf("the log ends without %q:\n%s", text, strings.Join(p.said, "\n"))
}

// wantEnd wants the process to end in order.
func (p *stationProcess) wantEnd() {
	p.t.Helper()
	for p.log.Scan() {
		p.said = append(p.said, p.log.Text())
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("%v; the log:\n%s", err, strings.Join(p.said, "\n"))
	}
}

func (p *stationProcess) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// One process goes through all that may happen to its file, and ends in order.
func TestAProcessFollowsItsFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "intercom.toml")
	t.Setenv("STATE_DIRECTORY", filepath.Join(dir, "state"))
	text := strings.Replace(good, `dir = ""`, fmt.Sprintf("dir = %q", configs.DefaultStateDir), 1)
	write := func(oldnew ...string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(strings.NewReplacer(oldnew...).Replace(text)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`"3s"`, `"3h"`)
	p := startStation(t, path)
	p.wantSaid("intercom.toml:7:9: ")
	p.wantSaid("rings nobody and opens no door")
	write()
	p.signal(syscall.SIGHUP)
	p.wantSaid("the station starts")
	write("73914", "90210")
	p.wantSaid(`code in [[door]] \"front\"`) // seen without a signal
	p.wantSaid("the configuration is in force")
	write(`"127.0.0.1:0"`, `"127.0.0.2:0"`)
	p.signal(syscall.SIGHUP)
	p.wantSaid("listen in [sip]")
	p.wantSaid("the station starts")
	write("[[door]]", "[[door")
	p.signal(syscall.SIGHUP)
	p.wantSaid("goes on with the configuration that it had")
	if told, err := os.ReadFile(filepath.Join(dir, "intercom.fault.txt")); err != nil || !strings.Contains(string(told), "line 5") {
		t.Errorf("the file beside it says %q, %v", told, err)
	}
	p.signal(syscall.SIGTERM)
	p.wantEnd()
	again := startStation(t, path)
	again.wantSaid("goes on with the configuration that was good last")
	again.wantSaid("the station starts")
	again.signal(syscall.SIGTERM)
	again.wantEnd()
	if said := strings.Join(append(p.said, again.said...), "\n"); strings.Contains(said, "73914") || strings.Contains(said, "90210") {
		t.Errorf("a code is told:\n%s", said)
	}
}

func TestANamedFileThatNeverWas(t *testing.T) {
	t.Setenv("STATE_DIRECTORY", t.TempDir())
	status, said := intercom(t, t.Context(), "run", "-config", filepath.Join(t.TempDir(), "intrecom.toml"))
	if status != exitFault || !strings.Contains(said, "there is no such file") {
		t.Errorf("status %d, said %q", status, said)
	}
}

// systemd's directory stands in the place of the default, not of what the configuration says.
func TestTheDirectoryOfTheState(t *testing.T) {
	for _, c := range []struct{ given, written, want string }{
		{"", "/var/lib/intercom", "/var/lib/intercom"},
		{"/state/a:/state/b", "/var/lib/intercom", "/state/a"},
		{"/state/a", "/data", "/data"},
		{"/state/a", "", ""},
	} {
		t.Setenv("STATE_DIRECTORY", c.given)
		config := loaded(t, strings.Replace(good, `dir = ""`, fmt.Sprintf("dir = %q", c.written), 1))
		if got := stateDir(config); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func loaded(t *testing.T, text string) configs.Config {
	t.Helper()
	c, faults := configs.Check("intercom.toml", []byte(text))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return c
}
