package sysled

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"periph.io/x/conn/v3/gpio"
)

// sysfs is a directory of LEDs with one that is called ACT. Its files keep the end of a longer text that was in them before,
// which those of sysfs do not.
func sysfs(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "ACT"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, "ACT", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func wantFile(t *testing.T, when, root, name, want string) {
	t.Helper()
	if text, err := os.ReadFile(filepath.Join(root, "ACT", name)); err != nil || !strings.HasPrefix(string(text), want) {
		t.Errorf("%s: %s is %q, %v; want %q", when, name, text, err, want)
	}
}

func TestTheTriggerRestsUntilHalt(t *testing.T) {
	for most, bright := range map[string]string{"1\n": "1", "255\n": "255", "": "255"} {
		files := map[string]string{"trigger": "none rc-feedback [mmc0] timer heartbeat\n", "brightness": "", "max_brightness": most}
		if most == "" {
			delete(files, "max_brightness")
		}
		root := sysfs(t, files)
		l, err := open(root, "ACT")
		if err != nil {
			t.Fatal(err)
		}
		wantFile(t, "taken", root, "trigger", "none")
		if err := l.Out(gpio.High); err != nil {
			t.Error(err)
		}
		wantFile(t, "lit", root, "brightness", bright)
		if err := l.Halt(); err != nil {
			t.Error(err)
		}
		wantFile(t, "given back", root, "brightness", "0")
		wantFile(t, "given back", root, "trigger", "mmc0")
	}
}

func TestChosen(t *testing.T) {
	for list, want := range map[string]string{
		"[none] mmc0": "none", "none [mmc0]": "mmc0", "none [a b": "none", "": "none", "none mmc0": "none",
	} {
		if got := chosen(list); got != want {
			t.Errorf("%q: %q, want %q", list, got, want)
		}
	}
}

func TestAnLEDThatThereIsNot(t *testing.T) {
	root := sysfs(t, map[string]string{"trigger": "[none]"})
	for _, name := range []string{"PWR", "", "../ACT", "ACT/../ACT"} {
		if _, err := open(root, name); err == nil || !strings.Contains(err.Error(), "there are: ACT") {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := open(t.TempDir(), "ACT"); err == nil || !strings.Contains(err.Error(), "there are: none") {
		t.Errorf("a computer without LEDs: %v", err)
	}
	if l, err := open(root, "ACT"); err != nil || l.Out(gpio.High) == nil {
		t.Errorf("without a file for its brightness: %v", err)
	}
	if _, err := Open("no such LED"); err == nil {
		t.Error("an LED of this computer that there is not was opened")
	}
}
