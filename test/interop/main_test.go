package interop

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	flag.Parse()
	// The tests wait far more than they compute: run them side by side whatever the number of processors.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		f.Value.Set("8")
	}
	// Peers are started by scripts that end before them. Their orphans become ours, so that we can see whether any is left.
	unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	os.Exit(run(m))
}

func run(m *testing.M) int {
	defer os.RemoveAll(buildDir())
	code := m.Run()
	if left := livingChildren(2 * time.Second); left > 0 {
		fmt.Printf("%d processes that the tests started are still running\n", left)
		return 1
	}
	return code
}

// livingChildren buries the dead children and gives the number of those that are still alive after the grace time.
func livingChildren(grace time.Duration) int {
	look, late := time.NewTicker(20*time.Millisecond), time.After(grace)
	defer look.Stop()
	for {
		if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); err == unix.ECHILD {
			return 0
		} else if pid > 0 {
			continue
		}
		select {
		case <-look.C:
		case <-late:
			children, _ := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/children", os.Getpid()))
			return max(1, len(splitWords(children)))
		}
	}
}

var buildDir = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "intercom-interop-")
	if err != nil {
		panic(err)
	}
	return dir
})

// build compiles the program under test, once.
var build = sync.OnceValues(func() (string, error) {
	program := filepath.Join(buildDir(), "intercom")
	cmd := exec.Command("go", "build", "-o", program, "./cmd/intercom")
	cmd.Dir = repository()
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build ./cmd/intercom: %v\n%s", err, out)
	}
	return program, nil
})
