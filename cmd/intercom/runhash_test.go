package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// hashed runs the subcommand with a line on a pipe.
func hashed(t *testing.T, line string, args ...string) (status int, out, complaint string) {
	t.Helper()
	in, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := to.WriteString(line); err != nil {
		t.Fatal(err)
	}
	to.Close()
	var stdout, stderr bytes.Buffer
	status = dispatch(context.Background(), append([]string{"hash"}, args...), streams{in, &stdout, &stderr})
	return status, stdout.String(), stderr.String()
}

func TestHash(t *testing.T) {
	status, one, complaint := hashed(t, "580263\n")
	if status != exitOK || !strings.HasPrefix(one, `code = "pbkdf2-sha256$1000$`) || strings.Contains(one+complaint, "580263") {
		t.Fatalf("%d %s %s", status, one, complaint)
	}
	if _, two, _ := hashed(t, "580263"); one == two {
		t.Error("the salt is the same twice")
	}
	for _, refused := range []struct {
		line string
		args []string
	}{{"1234\n", nil}, {"58a263\n", nil}, {"\n", nil}, {"", nil}, {"580263\n", []string{"580263"}}} {
		status, out, complaint := hashed(t, refused.line, refused.args...)
		if status == exitOK || out != "" || complaint == "" {
			t.Errorf("%q %q: %d %s", refused.line, refused.args, status, out)
		}
	}
	if status, _, _ := hashed(t, "1234\n", "-allow-weak"); status != exitOK {
		t.Error("no weak code though it is allowed")
	}
}
