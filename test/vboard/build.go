package vboard

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// builder builds each program once for all tests of a process.
type builder struct {
	mu    sync.Mutex
	dir   string
	built map[string]func() error
}

var programs = &builder{built: map[string]func() error{}}

// Intercom is the path of the program under test, built for a board by board/release/build.sh. Where its
// cross compiler cannot be had the test is skipped.
func Intercom(t testing.TB, a Arch) string {
	t.Helper()
	release := filepath.Join(repository(), "board/release")
	if out, err := exec.Command("bash", filepath.Join(release, "toolchains.sh"), a.kind().build).CombinedOutput(); err != nil {
		t.Skipf("no cross compiler for %s: %s", a, out)
	}
	return programs.get(t, "intercom-"+string(a), func(out string) *exec.Cmd {
		return exec.Command("bash", filepath.Join(release, "build.sh"), a.kind().build, out, "v0-virtual")
	})
}

// guest is the path of the first process.
func guest(t testing.TB, a Arch) string {
	t.Helper()
	return GoProgram(t, a, "guest", "build", "-trimpath", "-ldflags=-s -w", "./test/vboard/guest")
}

// GoProgram is the path of what "go COMMAND -o PATH ARGS" makes for a board in the root of the repository, without C.
func GoProgram(t testing.TB, a Arch, name, command string, args ...string) string {
	t.Helper()
	return programs.get(t, name+"-"+string(a), func(out string) *exec.Cmd {
		cmd := exec.Command("go", append([]string{command, "-o", out}, args...)...)
		cmd.Dir = repository()
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+a.kind().goarch, "GOARM="+a.goarm())
		return cmd
	})
}

func (b *builder) get(t testing.TB, name string, command func(out string) *exec.Cmd) string {
	t.Helper()
	b.mu.Lock()
	if b.dir == "" {
		dir, err := os.MkdirTemp("", "intercom-vboard-")
		if err != nil {
			t.Fatal(err)
		}
		b.dir = dir
	}
	path := filepath.Join(b.dir, name)
	if b.built[name] == nil {
		b.built[name] = sync.OnceValue(func() error {
			if out, err := command(path).CombinedOutput(); err != nil {
				return fmt.Errorf("%v: %w\n%s", command(path).Args, err, out)
			}
			return nil
		})
	}
	build := b.built[name]
	b.mu.Unlock()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Clean removes what was built; for TestMain.
func Clean() {
	programs.mu.Lock()
	defer programs.mu.Unlock()
	if programs.dir != "" {
		os.RemoveAll(programs.dir)
	}
	programs.dir, programs.built = "", map[string]func() error{}
}

func repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "../..")
}
