package soundcard

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Cards that this user may not open are not told as cards that are not there.
func TestDenied(t *testing.T) {
	dir := t.TempDir()
	refuse := func(path string) error { return &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission} }
	if err := denied(dir, refuse); err != nil {
		t.Errorf("without cards: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "controlC0"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := denied(dir, refuse); err == nil || !strings.Contains(err.Error(), `group "audio"`) {
		t.Errorf("with a card that may not be opened: %v", err)
	}
	if err := denied(dir, openControl); err != nil {
		t.Errorf("with a card that may: %v", err)
	}
}
