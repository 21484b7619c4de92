package interop

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"intercom/test/realtime"
)

// withPeers tells a story with real peers, beside others. Where they cannot run, it skips the test and says in one line what is
// missing.
func withPeers(t *testing.T, story func(t testing.TB)) {
	t.Helper()
	requirePeers(t)
	t.Parallel()
	realtime.Try(t, story)
}

func requirePeers(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out in short mode: calls take their time")
	}
	if missing := missingPeer(); missing != "" {
		leaveOut(t, missing)
	}
}

// leaveOut skips a test, or fails it where all are to be run.
func leaveOut(t testing.TB, missing string) {
	t.Helper()
	if os.Getenv("INTERCOM_REQUIRE_PEERS") == "1" {
		t.Fatal(missing)
	}
	t.Skip("left out: " + missing)
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func missingPeer() string {
	if os.Geteuid() != 0 {
		return "starting the peers takes root"
	}
	for _, program := range []string{"bash", "openssl", "baresip", "linphonec", "kamailio", "sipp"} {
		if _, err := exec.LookPath(program); err != nil {
			return "" + program + " is not installed; make peers installs it"
		}
	}
	if found, _ := filepath.Glob(filepath.Join(cache(), "asterisk-*", "ready")); len(found) == 0 {
		return "Asterisk is not unpacked in " + cache() + "; make peers unpacks it"
	}
	if _, err := os.Stat(filepath.Join(cache(), "speech", "complete")); err != nil {
		return "there is no speech in " + cache() + "; make peers makes it"
	}
	return ""
}

func repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

func cache() string {
	if dir := os.Getenv("INTERCOM_CACHE"); dir != "" {
		return dir
	}
	return filepath.Join(repository(), ".cache")
}

func splitWords(text []byte) [][]byte { return bytes.Fields(text) }
