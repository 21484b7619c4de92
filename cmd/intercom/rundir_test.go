package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"intercom/board"
	"intercom/configs"
)

// runsIn has the station of a test leave its files in a directory that is not there yet.
func runsIn(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "run")
	t.Setenv("RUNTIME_DIRECTORY", dir)
	return dir
}

func TestTheSocketIsWhereThisUserMayPutIt(t *testing.T) {
	dir := runsIn(t)
	if path, err := socketPath(configs.Control{Socket: configs.DefaultControlSocket}); err != nil || path != filepath.Join(dir, "control.sock") {
		t.Errorf("by default: %s, %v", path, err)
	}
	if path, err := socketPath(configs.Control{Socket: "/elsewhere/s"}); err != nil || path != "/elsewhere/s" {
		t.Errorf("as it is written: %s, %v", path, err)
	}
	t.Setenv("RUNTIME_DIRECTORY", "")
	t.Setenv("XDG_RUNTIME_DIR", "/run/user/1000")
	if dirs := runDirs(); dirs[0] != "/run/intercom" || (len(dirs) == 2) != (os.Geteuid() != 0) {
		t.Errorf("without a service: %q", dirs)
	}
}

// The first directory that may be written is taken; a file is found in any.
func TestTheFirstRunDirectoryThatWillDo(t *testing.T) {
	blocked, own := filepath.Join(file(t, "file", ""), "intercom"), filepath.Join(t.TempDir(), "own", "intercom")
	path, err := makeRunFile([]string{blocked, own}, "x")
	if err != nil || path != filepath.Join(own, "x") {
		t.Fatalf("%s, %v", path, err)
	}
	if got := findRunFile([]string{blocked, own}, "x"); got != filepath.Join(blocked, "x") {
		t.Errorf("a file that is nowhere should be at %s", got)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := findRunFile([]string{blocked, own}, "x"); got != path {
		t.Errorf("found %s, want %s", got, path)
	}
	if _, err := makeRunFile([]string{blocked}, "x"); err == nil || !strings.Contains(err.Error(), blocked) {
		t.Errorf("nowhere: %v", err)
	}
}

// Attack by haste: the file has other wiring, which waits for the end of a call, when the station is killed. The relays that it had
// in use rest all the same, however broken the file is.
func TestRestKnowsTheRelaysInUse(t *testing.T) {
	runsIn(t)
	if err := noteRelays([]board.RelayLine{{Address: "IN USE 1"}, {Address: "NO SUCH LINE 1", ActiveLow: true}}); err != nil {
		t.Fatal(err)
	}
	used, err := notedRelays()
	if err != nil || len(used) != 2 || used[0] != (board.RelayLine{Address: "IN USE 1"}) {
		t.Fatalf("%+v, %v", used, err)
	}
	all := together(used, []board.RelayLine{{Address: "NO SUCH LINE 1"}, {Address: "NEW"}})
	if len(all) != 3 || all[1] != used[1] || all[2].Address != "NEW" {
		t.Errorf("together they are %+v", all)
	}
	for name, text := range map[string]string{"other wiring": relayNowhere, "broken": "[[door", "none": ""} {
		status, said := intercom(t, t.Context(), "rest", "-config", file(t, "x.toml", text))
		if status != exitFault || !strings.Contains(said, `"IN USE 1"`) || strings.Contains(said, "too broken") {
			t.Errorf("%s: %d, %s", name, status, said)
		}
	}
	if err := forgetRelays(); err != nil {
		t.Fatal(err)
	}
	if used, err := notedRelays(); len(used) > 0 || err != nil {
		t.Errorf("forgotten, and yet %+v, %v", used, err)
	}
	if err := forgetRelays(); err != nil {
		t.Errorf("there is nothing to forget: %v", err)
	}
}
