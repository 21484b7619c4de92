package vboard

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// kernel is one that setup.sh has unpacked.
type kernel struct{ dir string }

func (k kernel) image() string   { return filepath.Join(k.dir, "vmlinuz") }
func (k kernel) modules() string { return filepath.Join(k.dir, "modules") }

// tree is the board's device tree; false for a machine that has none of its own.
func (k kernel) tree() (string, bool) {
	path := filepath.Join(k.dir, "board.dtb")
	_, err := os.Stat(path)
	return path, err == nil
}

// findKernel skips the test where there is no kernel for the board, or nothing to run it.
func findKernel(t testing.TB, a Arch) kernel {
	t.Helper()
	k := kernel{filepath.Join(cache(), string(a))}
	if _, err := os.Stat(filepath.Join(k.dir, "ready")); err != nil {
		t.Skipf("no kernel of a virtual board: as root, test/vboard/setup.sh %s fetches it", a)
	}
	if _, err := exec.LookPath(a.kind().qemu); err != nil {
		t.Skipf("%s is not installed: as root, test/vboard/setup.sh %s does it", a.kind().qemu, a)
	}
	return k
}

// cache is where setup.sh puts kernels.
func cache() string {
	if dir := os.Getenv("INTERCOM_VBOARD"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "intercom/vboard")
}
