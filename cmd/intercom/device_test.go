package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDeviceID(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a board with a serial number": {map[string]string{
			"sys/firmware/devicetree/base/serial-number": "10000000abcdef01\x00", "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
		}, "10000000abcdef01"},
		"a board whose number was never set": {map[string]string{
			"sys/firmware/devicetree/base/serial-number": "0000000000000000\x00", "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
		}, "0123456789abcdef0123456789abcdef"},
		"a machine-id that is not there yet": {map[string]string{
			"etc/machine-id": "uninitialized\n", "var/lib/dbus/machine-id": "fedcba\n",
		}, "fedcba"},
		"nothing but network cards": {nil, firstHardwareAddr()},
	} {
		root := t.TempDir()
		for file, text := range c.files {
			path := filepath.Join(root, file)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := deviceID(root); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
