package interop

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// peerScript runs a script of test/peers and gives what it prints.
func peerScript(t testing.TB, env []string, script string, args ...string) string {
	t.Helper()
	cmd := exec.Command(filepath.Join(repository(), "test", "peers", script), args...)
	// The scripts end a peer whose owner is gone, so that a test that is killed leaves nothing behind.
	cmd.Env = append(append(os.Environ(), fmt.Sprintf("INTERCOM_OWNER=%d", os.Getpid())), env...)
	var told strings.Builder
	cmd.Stderr = &told
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", script, strings.Join(args, " "), err, out, told.String())
	}
	return string(out)
}

// startPeer runs a script that starts a peer and gives the NAME=VALUE lines that it prints.
func startPeer(t testing.TB, env []string, script string, args ...string) map[string]string {
	t.Helper()
	values := make(map[string]string)
	for line := range strings.Lines(peerScript(t, env, script, args...)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			values[name] = value
		}
	}
	return values
}

var peersStarted atomic.Int32

// peerName is a name for a new peer that no other run of the suite uses either.
func peerName() string { return fmt.Sprintf("test-%d-%d", os.Getpid(), peersStarted.Add(1)) }

// eventually looks until what it looks for is there.
func eventually(t testing.TB, what string, within time.Duration, there func() bool) {
	t.Helper()
	look, late := time.NewTicker(20*time.Millisecond), time.After(within)
	defer look.Stop()
	for !there() {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("%s: not within %v", what, within)
		}
	}
}

// every does something n times, in time: as a thumb presses keys, or a telephone sends its sound.
func every(period time.Duration, n int, do func(i int)) {
	beat := time.NewTicker(period)
	defer beat.Stop()
	for i := range n {
		do(i)
		<-beat.C
	}
}

// wantRecorded waits until a file of telephone quality has that much sound: both sides have talked that long.
func wantRecorded(t testing.TB, what string, file func() string, length time.Duration) {
	t.Helper()
	const header, octetsPerSecond = 44, 2 * speechRate
	want := header + int64(length*octetsPerSecond/time.Second)
	eventually(t, fmt.Sprintf("%v of %s in a file", length, what), length+longest, func() bool {
		info, err := os.Stat(file())
		return err == nil && info.Size() >= want
	})
}

// read gives a log as far as it has been written.
func read(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}

// showIfFailed shows the end of a log when the test has failed, and keeps the whole of it in a file.
func showIfFailed(t testing.TB, name, text string) {
	if !t.Failed() {
		return
	}
	kept := filepath.Join(failures(), strings.NewReplacer("/", "_", " ", "_").Replace(t.Name()+" "+name))
	if err := os.WriteFile(kept, []byte(text), 0o600); err != nil {
		kept = err.Error()
	}
	const most = 12000
	if cut := len(text) - most; cut > 0 {
		text = "…" + text[cut:]
	}
	t.Logf("%s, the whole of which is in %s:\n%s", name, kept, text)
}

// failures is the folder for the logs of tests that fail; unlike those of the others they stay.
var failures = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "intercom-failed-")
	if err != nil {
		panic(err)
	}
	return dir
})
