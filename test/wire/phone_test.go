package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"intercom/ua/uatest"
)

// phone is "intercom phone" as its owner sees it: commands go in, events come out.
type phone struct {
	*stage
	addr   netip.AddrPort // of UDP, TCP and TLS
	cmd    *exec.Cmd
	in     io.WriteCloser
	events chan event
	read   sync.WaitGroup
	log    bytes.Buffer // to be looked at when the process has ended
	calls  int          // that are to be there at the end
	over   bool         // the test itself has ended it
}

// event is what the tests read of one.
type event struct {
	Event, Call, Text, Reason, Codec, Way, Digit, By, Direction, Remote, Method, Name, From, To string
	Status, Expires                                                                             int
	Seconds                                                                                     float64
	Final                                                                                       bool
	Retry                                                                                       float64 `json:"retry_s"`
	WrongPassword                                                                               bool    `json:"wrong_password"`
	Listen                                                                                      []struct{ Transport, Address string }
	Accounts                                                                                    json.RawMessage
	Calls                                                                                       []struct{ Call, State, Held string }

	line string
}

// starting bounds how many phones start at once: a hundred would keep each other from it.
var starting = make(chan struct{}, 4)

// phone starts one at an address of its own. It calls itself sip:agent@ there if args do not say otherwise.
func (s *stage) phone(args ...string) *phone {
	s.Helper()
	return s.phoneAt(netip.AddrPortFrom(address(), 0), args...)
}

func (s *stage) phoneAt(listen netip.AddrPort, args ...string) *phone {
	s.Helper()
	p := &phone{stage: s, events: make(chan event, 4096)}
	args = append([]string{"phone", "-v", "-listen", listen.String()}, args...)
	if !slices.Contains(args, "-aor") {
		args = append(args, "-aor", "sip:agent@"+hostOf(listen.Addr()))
	}
	p.cmd = exec.Command(program, args...)
	p.cmd.Stderr = &p.log
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		s.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		s.Fatal(err)
	}
	starting <- struct{}{}
	defer func() { <-starting }()
	if err := p.cmd.Start(); err != nil {
		s.Fatal(err)
	}
	s.phones = append(s.phones, p)
	p.read.Go(func() { p.hear(out) })
	ready := p.want("ready")
	p.addr = netip.MustParseAddrPort(ready.Listen[0].Address)
	return p
}

// hostOf is an address as it stands in a URI.
func hostOf(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.String() + "]"
	}
	return a.String()
}

func (p *phone) hear(out io.Reader) {
	defer close(p.events)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		e := event{line: lines.Text()}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			p.Errorf("the phone says %q: %v", e.line, err)
		}
		p.events <- e
	}
}

// says gives the phone a command.
func (p *phone) says(format string, args ...any) {
	p.Helper()
	if _, err := fmt.Fprintf(p.in, format+"\n", args...); err != nil {
		p.Fatal(err)
	}
}

// next is the next event, one without a name if there is none in time.
func (p *phone) next(within time.Duration) event {
	select {
	case e := <-p.events:
		return e
	case <-time.After(within):
		return event{}
	}
}

// want waits for an event; any other fails the test.
func (p *phone) want(name string) event {
	p.Helper()
	e := p.next(p.patience)
	if e.Event != name {
		p.Fatalf("want the event %q, got %q", name, e.line)
	}
	return e
}

// wantEnded waits for the end of a call: with a final status, or 0 for one that was up.
func (p *phone) wantEnded(status int, by string) event {
	p.Helper()
	e := p.want("ended")
	if e.Status != status || e.By != by {
		p.Errorf("want a call ended with %d by %s, got %s", status, by, e.line)
	}
	return e
}

// wantNoEvent fails if the phone tells anything within d.
func (p *phone) wantNoEvent(d time.Duration) {
	p.Helper()
	if e := p.next(d); e.Event != "" {
		p.Errorf("want no event, got %s", e.line)
	}
}

// dial calls a URI.
func (p *phone) dial(uri string) {
	p.Helper()
	p.says("dial %s", uri)
	p.want("calling")
}

// status asks for it, and passes over the events before.
func (p *phone) status() event {
	p.Helper()
	p.says("status")
	for {
		if e := p.next(p.patience); e.Event == "status" || e.Event == "" {
			return e
		}
	}
}

// wantHealthy: the phone answers OPTIONS, and knows of no calls but those that are to be there.
func (p *phone) wantHealthy() {
	p.Helper()
	if e := p.status(); len(e.Calls) != p.calls {
		p.Errorf("want %d calls at the end, got %s", p.calls, e.line)
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.guest(), 0)))
	if err != nil {
		p.Fatal(err)
	}
	defer conn.Close()
	doctor := uatest.NewPeer(p.TB, conn, conn.LocalAddr().(*net.UDPAddr).AddrPort())
	doctor.Call(p.addr, "agent").Request("OPTIONS")
	if ok := doctor.Receive(10 * time.Second); ok == nil || ok.Status != 200 || !strings.Contains(ok.Get("Allow"), "INVITE") || !ok.Has("Accept") {
		p.Errorf("afterwards OPTIONS is answered with\n%v", ok)
	}
}

// guest is an address whose requests the phone takes: that of a peer if there is any.
func (p *phone) guest() netip.Addr {
	if len(p.peers) > 0 {
		return p.peers[0].Addr.Addr()
	}
	return p.addr.Addr()
}

// quit ends the process in its own way, and in ours if that takes too long.
func (p *phone) quit() {
	p.in.Write([]byte("quit\n"))
	kill := time.AfterFunc(20*time.Second, func() { p.cmd.Process.Kill() })
	defer kill.Stop()
	p.read.Wait()
	if err := p.cmd.Wait(); err != nil {
		p.Errorf("the phone ends with %v", err)
	}
	if log := p.log.String(); p.Failed() || strings.Contains(log, "panic") || strings.Contains(log, "DATA RACE") {
		p.Errorf("the phone's log:\n%s", log)
	}
}
