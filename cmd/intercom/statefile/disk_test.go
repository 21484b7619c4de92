package statefile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// disk mounts a file system of a few kilobytes, which only root may.
func disk(t *testing.T) string {
	t.Helper()
	path := t.TempDir()
	if err := syscall.Mount("intercom-test", path, "tmpfs", 0, "size=16k"); err != nil {
		t.Skipf("a file system of one's own to fill and to lock takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(path, 0); err != nil {
			t.Error(err)
		}
	})
	return path
}

// What does not fit leaves what was there, and is told.
func TestAFullDisk(t *testing.T) {
	path := disk(t)
	d := open(t, path)
	save(t, d, "lock", "old")
	if err := d.Save("lock", make([]byte, 64<<10)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
	if got, err := d.Load("lock"); err != nil || len(got) != 64<<10 {
		t.Errorf("until the process ends: %d bytes, %v", len(got), err)
	}
	wantLoad(t, path, "lock", "old")
	if _, err := os.Lstat(filepath.Join(path, "lock"+unfinished)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a file takes the room: %v", err)
	}
	save(t, open(t, path), "lock", "new")
	wantLoad(t, path, "lock", "new")
}

// What was kept before can be read; what is saved now lasts as long as the process.
func TestAReadOnlyFileSystem(t *testing.T) {
	path := disk(t)
	save(t, open(t, path), "lock", "old")
	if err := syscall.Mount("", path, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	d, err := Open(path)
	if !errors.Is(err, syscall.EROFS) {
		t.Errorf("opened with %v", err)
	}
	if got, err := d.Load("lock"); err != nil || string(got) != "old" {
		t.Errorf("%q, %v", got, err)
	}
	save(t, d, "lock", "new")
	if got, err := d.Load("lock"); err != nil || string(got) != "new" {
		t.Errorf("%q, %v", got, err)
	}
	if d, _ := Open(filepath.Join(path, "below")); d.Save("lock", nil) != nil {
		t.Error("a directory that cannot be made is told more than once")
	}
}
