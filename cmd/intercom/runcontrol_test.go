package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"intercom/cmd/intercom/control"
)

// asks gives the station of a test a control socket, with more lines in its table.
func asks(t *testing.T, more string) (config, socket string) {
	t.Helper()
	silent, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}) // a telephone that never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	socket = filepath.Join(t.TempDir(), "s")
	text := strings.Replace(good, "127.0.0.1:1", silent.LocalAddr().String(), 1)
	text = strings.Replace(text, `pulse = "3s"`, `pulse = "25s"`, 1) // open for as long as a test looks
	return file(t, "intercom.toml", text+fmt.Sprintf("[control]\nsocket = %q\n%s", socket, more)), socket
}

func TestAskingTheStationThatRuns(t *testing.T) {
	config, socket := asks(t, "may_open = true\n")
	p := startStation(t, config)
	p.wantSaid("the control socket is there")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"status"}, exitOK, "door       front: locked"},
		{[]string{"press", "cellar"}, exitFault, `there is no button "cellar"; there are: bell`},
		{[]string{"open", "cellar"}, exitFault, `there is no door "cellar"; there are: front`},
		{[]string{"call", "mother"}, exitFault, `"mother" cannot be called`},
		{[]string{"hangup"}, exitFault, "there is no call"},
		{[]string{"press"}, exitUsage, `want "intercom press NAME", not []`},
		{[]string{"press", "bell"}, exitOK, ""},
		{[]string{"hangup"}, exitOK, ""},
		{[]string{"call", "sip:house@127.0.0.1:1"}, exitOK, ""},
		{[]string{"open", "front"}, exitOK, ""},
		{[]string{"status"}, exitOK, "door       front: unlocked"},
		{[]string{"status"}, exitOK, "so far     opened: 1"},
		{[]string{"reload"}, exitOK, ""},
	} {
		args := append([]string{c.args[0], "-socket", socket}, c.args[1:]...)
		if code, said := intercom(t, t.Context(), args...); code != c.code || !strings.Contains(said, c.want) || c.want == "" && said != "" {
			t.Errorf("intercom %q: status %d, said %q; want %d, %q", args, code, said, c.code, c.want)
		}
	}
	p.wantSaid("the configuration is what it was")
	_, said := intercom(t, t.Context(), "status", "-json", "-socket", socket)
	var now status
	if err := json.Unmarshal([]byte(said), &now); err != nil || now.Counts["rang"] != 2 || len(now.Doors) != 1 || now.State == "" {
		t.Errorf("%s: %+v, %v", said, now, err)
	}
	p.signal(syscall.SIGTERM)
	p.wantEnd()
	if _, err := os.Lstat(socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket stays: %v", err)
	}
	if code, said := intercom(t, t.Context(), "status", "-socket", socket); code != exitFault || !strings.Contains(said, "does it run") {
		t.Errorf("status %d, said %q", code, said)
	}
}

// Attack: a door is asked for where the configuration does not let programs open any, and again after it was changed to one that
// does not.
func TestNoProgramOpensADoorUnlessItMay(t *testing.T) {
	config, socket := asks(t, "may_open = true\n")
	p := startStation(t, config)
	p.wantSaid("the control socket is there")
	text, err := os.ReadFile(config)
	if err == nil {
		err = os.WriteFile(config, []byte(strings.Replace(string(text), "may_open = true", "", 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan bool), make(chan bool)
	go func() { // a program that asks all the time holds nothing up
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				_, _ = control.Ask(t.Context(), socket, "status") // there may be nobody for a moment
			}
		}
	}()
	defer func() { close(stop); <-stopped }()
	p.signal(syscall.SIGHUP)
	p.wantSaid("may_open in [control]")
	p.wantSaid("the control socket is there")
	p.wantSaid("is in force")
	code, said := intercom(t, t.Context(), "open", "-socket", socket, "front")
	if code != exitFault || !strings.Contains(said, "may_open = true in [control]") {
		t.Errorf("status %d, said %q", code, said)
	}
	if _, said := intercom(t, t.Context(), "status", "-socket", socket); !strings.Contains(said, "front: locked") {
		t.Errorf("said %q", said)
	}
}

func TestAStatusInWords(t *testing.T) {
	ajar, shut := true, false
	var said strings.Builder
	status{
		State: "in-call",
		Doors: []doorStatus{{Name: "gate", Ajar: &ajar}, {Name: "front", Open: true, Ajar: &shut}, {Name: "yard"}, {Name: "stairs", Light: true, Open: true}},
		Calls: []callStatus{{Call: "out-1", Peer: "11", State: "answered", Codec: "G722", Received: 50, MOS: 4.4}, {Call: "in-1", Peer: "12", State: "waiting"}},
	}.print(&said)
	for _, line := range []string{
		"door       gate: locked, stands open", "door       front: unlocked, shut", "door       yard: locked", "light      stairs: on",
		"call       out-1 with \"11\": answered, 50 packets heard, 0 lost, MOS 4.4", "call       in-1 with \"12\": waiting",
	} {
		if !strings.Contains(said.String(), line+"\n") {
			t.Errorf("want %q in\n%s", line, said.String())
		}
	}
}
