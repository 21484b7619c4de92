package network

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// inNamespace runs the test once more in a network namespace of its own, in which it may do what it likes; true is there.
func inNamespace(t *testing.T) bool {
	t.Helper()
	if os.Getenv("INTERCOM_TEST_NAMESPACE") != "" {
		return true
	}
	if os.Getuid() != 0 {
		t.Skip("needs root: a network namespace of its own")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("needs the ip command of iproute2")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), "INTERCOM_TEST_NAMESPACE=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	out, err := cmd.CombinedOutput()
	if err != nil && strings.Contains(err.Error(), "operation not permitted") {
		t.Skipf("no namespace to be had: %v", err)
	}
	if err != nil {
		t.Errorf("in a namespace: %v\n%s", err, out)
	}
	return false
}

func ip(t *testing.T, args string) {
	t.Helper()
	if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v\n%s", args, err, out)
	}
}

func TestKernelTells(t *testing.T) {
	if !inNamespace(t) {
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
		ip(t, step.do)
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
