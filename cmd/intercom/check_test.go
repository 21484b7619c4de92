package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"intercom/cmd/intercom/configfile"
)

// What root tells beside a file when the service starts is as the station would tell it, and goes when the file is good.
func TestCheckTellsBesideTheFile(t *testing.T) {
	path := file(t, "intercom.toml", strings.Replace(good, `"3s"`, `"3h"`, 1))
	for range 2 {
		if status, said := intercom(t, t.Context(), "check", "-tell", path); status != exitFault || !strings.Contains(said, path+":") {
			t.Errorf("status %d, said %q", status, said)
		}
	}
	text, err := os.ReadFile(configfile.FaultPath(path))
	if err != nil || !strings.Contains(string(text), "intercom.toml, line 7, column 9: ") || !strings.Contains(string(text), "good last") {
		t.Errorf("%s, %v", text, err)
	}
	if err := os.WriteFile(path, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, said := intercom(t, t.Context(), "check", "-tell", path); status != exitOK || !strings.Contains(said, "is good") {
		t.Errorf("status %d, said %q", status, said)
	}
	if _, err := os.Stat(configfile.FaultPath(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the text stays: %v", err)
	}
}

func TestCheckWritesNothingUnasked(t *testing.T) {
	path := file(t, "intercom.toml", "")
	if status, said := intercom(t, t.Context(), "check", path); status != exitFault {
		t.Errorf("status %d, said %q", status, said)
	}
	if _, err := os.Stat(configfile.FaultPath(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a text is there: %v", err)
	}
}
