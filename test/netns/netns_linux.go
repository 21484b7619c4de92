package netns

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// inside is set in the environment of a test that runs in its own namespace.
const inside = "INTERCOM_TEST_NETNS"

// Enter runs the test once more, in a process that is in a network namespace of its own. It returns true there, where the
// test does its work, and false here, where nothing is left to do.
func Enter(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inside) != "" {
		return true
	}
	if os.Getuid() != 0 {
		t.Skip("left out: a network namespace needs root")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("left out: the ip command of iproute2 is not here")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=90s")
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
	case strings.Contains(err.Error(), "operation not permitted"):
		t.Skipf("left out: no network namespace is to be had here: %v", err)
	default:
		t.Errorf("in a namespace: %v\n%s", err, out)
	}
	return false
}

// IP runs the ip command in the namespace of the calling thread.
func IP(t *testing.T, args string) {
	t.Helper()
	if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v\n%s", args, err, out)
	}
}

// Far is a second namespace, at the other end of a cable.
type Far struct {
	work chan func()
	done chan struct{}
}

// Cable joins the namespace of the test, by the link "near", with a new one, by the link "far". Both links are down.
func Cable(t *testing.T) *Far {
	t.Helper()
	f := &Far{work: make(chan func()), done: make(chan struct{})}
	ready := make(chan error)
	thread := 0
	go func() {
		defer close(f.done)
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		thread = syscall.Gettid()
		ready <- syscall.Unshare(syscall.CLONE_NEWNET)
		for do := range f.work {
			do()
		}
	}()
	t.Cleanup(func() { close(f.work); <-f.done })
	if err := <-ready; err != nil {
		t.Skipf("left out: no second network namespace is to be had here: %v", err)
	}
	IP(t, "link add near type veth peer name far netns "+strconv.Itoa(thread))
	return f
}

// Do runs f in the far namespace: what it opens stays there, what it runs is there.
func (far *Far) Do(f func()) {
	done := make(chan struct{})
	far.work <- func() { defer close(done); f() }
	<-done
}
