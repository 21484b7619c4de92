package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intercom/cmd/intercom/audit"
)

func TestTheLogIsShownAndVerified(t *testing.T) {
	dir := t.TempDir()
	l, err := audit.Open(audit.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	l.Add(time.Now().Add(-48*time.Hour), audit.Entry{Kind: "rang", Button: "bell"})
	l.Add(time.Now(), audit.Entry{Kind: "opened", Door: "front", Way: "exit"})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		status int
		out    string
		not    string
	}{
		{[]string{"log", "-dir", dir}, exitOK, "button=bell", "NOT"},
		{[]string{"log", "-dir", dir, "-n", "1"}, exitOK, "door=front way=exit", "bell"},
		{[]string{"log", "-dir", dir, "-since", "24h", "-json"}, exitOK, `"kind":"opened"`, "bell"},
		{[]string{"audit", "verify", "-dir", dir}, exitOK, "Record 2 has the sum", "NOT"},
		{[]string{"audit", "verify", "-dir", t.TempDir()}, exitOK, "nothing in the audit log", "NOT"},
		{[]string{"audit"}, exitUsage, "intercom audit verify", ""},
	} {
		var out bytes.Buffer
		status := dispatch(t.Context(), c.args, streams{os.Stdin, &out, &out})
		if status != c.status || !strings.Contains(out.String(), c.out) || c.not != "" && strings.Contains(out.String(), c.not) {
			t.Errorf("%q: %d\n%s", c.args, status, out.String())
		}
	}
	path := filepath.Join(dir, "audit.log")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte("front"), []byte("cells"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	status := dispatch(t.Context(), []string{"audit", "verify", "-dir", dir}, streams{os.Stdin, &out, &out})
	if status != exitFault || !strings.Contains(out.String(), "audit.log:2") {
		t.Errorf("an altered log: %d\n%s", status, out.String())
	}
}
