package interop

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// sipp is a run of SIPp, which plays one of the scenarios of test/peers/sipp and takes nothing else for an answer.
type sipp struct {
	t        testing.TB
	scenario string
	address  string
	folder   string
	process  *exec.Cmd
	over     chan error
}

// startSIPp plays a scenario: "uas-…" is called as uri, "uac-…" calls a phone that its arguments name.
func startSIPp(t testing.TB, scenario string, args ...string) *sipp {
	t.Helper()
	s := &sipp{t: t, scenario: scenario, address: newAddress(t), folder: t.TempDir(), over: make(chan error, 1)}
	s.process = exec.Command("sipp", slices.Concat([]string{
		"-sf", filepath.Join(repository(), "test", "peers", "sipp", scenario+".xml"), "-nostdin",
		"-i", s.address, "-p", "5060", "-mi", s.address, "-mp", "6000",
		"-trace_err", "-error_file", s.file("errors"), "-trace_msg", "-message_file", s.file("messages"),
	}, args)...)
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.over <- s.process.Wait() }()
	t.Cleanup(s.stop)
	return s
}

// callee starts a scenario that is called once.
func callee(t testing.TB, scenario string) *sipp {
	t.Helper()
	s := startSIPp(t, scenario, "-m", "1")
	waitForUDP(t, s.address+":5060")
	return s
}

// caller starts a scenario that calls a phone so many times, one call after the other unless the arguments say more.
func caller(p *phone, scenario string, times int, args ...string) *sipp {
	p.t.Helper()
	return startSIPp(p.t, scenario, slices.Concat([]string{p.address + ":5060", "-s", p.user, "-m", fmt.Sprint(times), "-l", "1"}, args)...)
}

func (s *sipp) file(name string) string { return filepath.Join(s.folder, name) }
func (s *sipp) uri() string             { return "sip:service@" + s.address }

// messages is every SIP message that it has sent and got.
func (s *sipp) messages() string { return read(s.file("messages")) }

// wantPlayed waits until the scenario has been played to its end as often as it should.
func (s *sipp) wantPlayed(within time.Duration) {
	s.t.Helper()
	select {
	case err := <-s.over:
		s.over <- err
		if err != nil {
			s.t.Fatalf("SIPp's scenario %s: %v\n%s", s.scenario, err, read(s.file("errors")))
		}
	case <-time.After(within):
		s.t.Fatalf("SIPp's scenario %s is not played within %v\n%s", s.scenario, within, read(s.file("errors")))
	}
}

func (s *sipp) stop() {
	syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL)
	<-s.over
	showIfFailed(s.t, "SIPp's messages in "+s.scenario, s.messages())
}

// count is how many messages begin with this.
func (s *sipp) count(start string) int { return strings.Count(s.messages(), "\n"+start) }
