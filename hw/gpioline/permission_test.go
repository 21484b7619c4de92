package gpioline

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDeniedSaysWhichGroup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gpiochip0")
	if err := os.WriteFile(path, nil, 0o660); err != nil {
		t.Fatal(err)
	}
	cause := &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	const nobodys = 54321 // a group without a name
	if err := os.Chown(path, -1, nobodys); err != nil {
		t.Skipf("only root can give a file to any group: %v", err)
	}
	if err := os.Chmod(path, 0o660); err != nil { // whatever the umask
		t.Fatal(err)
	}
	if err := denied(path, cause); !strings.Contains(err.Error(), "adduser "+userName()+" 54321") || !strings.Contains(err.Error(), path) {
		t.Errorf("a group that may: %v", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := denied(path, cause); !strings.Contains(err.Error(), "be root") || strings.Contains(err.Error(), "adduser") {
		t.Errorf("a group that may not: %v", err)
	}
	if err := denied(path, fs.ErrNotExist); err != fs.ErrNotExist {
		t.Errorf("another error: %v", err)
	}
}
