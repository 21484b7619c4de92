package initramfs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cpio(1) reads what the kernel reads.
func TestArchiveIsReadByCpio(t *testing.T) {
	if _, err := exec.LookPath("cpio"); err != nil {
		t.Skip("cpio is not installed")
	}
	var a Archive
	a.AddProgram("init", []byte("#!/bin/true\n"))
	a.AddFile("etc/deep/intercom.toml", []byte("abc"))
	a.AddFolder("etc/deep")
	dir := t.TempDir()
	cmd := exec.Command("cpio", "-idm", "--quiet")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(string(a.Bytes()))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("cpio: %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "etc/deep/intercom.toml"))
	if string(text) != "abc" || err != nil {
		t.Errorf("read %q, %v", text, err)
	}
	if st, err := os.Stat(filepath.Join(dir, "init")); err != nil || st.Mode().Perm() != 0o755 {
		t.Errorf("init: %v, %v", st, err)
	}
}

func TestAModuleThatIsNotThereIsNamed(t *testing.T) {
	if _, err := Modules(t.TempDir(), "snd-aloop"); err == nil || !strings.Contains(err.Error(), `"snd_aloop"`) {
		t.Errorf("error %v", err)
	}
}
