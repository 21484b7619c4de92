package network

import (
	"os"
	"syscall"
	"testing"
	"time"

	"intercom/test/netns"
)

func TestKernelTells(t *testing.T) {
	if !netns.Enter(t) {
		return
	}
	w, err := Watch()
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		do   string
		told bool
	}{
		{"link set lo up", true},
		{"addr add 192.0.2.10/24 dev lo", true},
		{"addr change 192.0.2.10/24 dev lo valid_lft 1000 preferred_lft 1000", false},
		{"route add 198.51.100.0/24 dev lo", true},
		{"route replace 198.51.100.0/24 dev lo", false},
		{"addr add 2001:db8::1/64 dev lo nodad", true},
		{"route del 198.51.100.0/24 dev lo", true},
		{"addr del 192.0.2.10/24 dev lo", true},
		{"link set lo down", true},
	} {
		netns.IP(t, step.do)
		patience := 5 * time.Second
		if !step.told {
			patience = 200 * time.Millisecond
		}
		told := false
		select {
		case <-w.Changes():
			told = true
		case <-time.After(patience):
		}
		if told != step.told {
			t.Errorf("ip %s: told %v", step.do, told)
		}
		for quiet := false; !quiet; { // an address brings routes with it
			select {
			case <-w.Changes():
			case <-time.After(100 * time.Millisecond):
				quiet = true
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestWatchEnds(t *testing.T) {
	w, err := Watch()
	if err != nil {
		t.Skipf("no netlink here: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoticesAreRead(t *testing.T) {
	r, kernel, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	n := &netlink{File: r, known: known{}, buf: make([]byte, 64<<10)}
	defer n.Close()
	for _, step := range []struct {
		told []byte
		news bool
	}{
		{link(syscall.RTM_NEWLINK, 77, running), true},
		{link(syscall.RTM_NEWLINK, 77, running), false},
		{link(syscall.RTM_DELLINK, 77, 0), true},
	} {
		if _, err := kernel.Write(step.told); err != nil {
			t.Fatal(err)
		}
		if news, err := n.next(); err != nil || news != step.news {
			t.Errorf("news %v, %v; want %v", news, err, step.news)
		}
	}
	kernel.Close()
	if _, err := n.next(); err == nil {
		t.Error("goes on without a kernel")
	}
}
