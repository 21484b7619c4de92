package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Windows hides the ends of names, and other systems tell great letters from small ones.
func TestAFileUnderANameThatIsNearlyRight(t *testing.T) {
	for name, stray := range map[string]bool{
		"intercom.toml.txt": true, "INTERCOM.TOML": true, "Intercom.txt": true, "intercom (1).toml": true, "intercom.toml.toml": true, "intercom": true,
		"intercom.fault.txt": false, "intercom.secrets.toml": false, "config.txt": false, "intercom.toml.bak": false,
	} {
		path := filepath.Join(t.TempDir(), "intercom.toml")
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), name), []byte(good), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		if want := "but " + name + " is there; rename " + name + " to intercom.toml"; strings.Contains(err.Error(), want) != stray {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if c, err := Load(write("good.toml", good)); err != nil || len(c.Station.Buttons) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	for _, c := range []struct{ name, path, want string }{
		{"missing", filepath.Join(dir, "none.toml"), "there is no such file"},
		{"a directory", dir, "it is a directory"},
		{"too large", write("large.toml", good+strings.Repeat("#\n", largest)), "it is larger than 64 KiB"},
		{"empty", write("empty.toml", ""), "the file is empty"},
		{"faulty", write("faulty.toml", strings.Replace(good, "3s", "3m", 1)), "faulty.toml:13:9: "},
		{"below a file", filepath.Join(dir, "good.toml", "x"), "it cannot be opened"},
	} {
		got, err := Load(c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), c.path) {
			t.Errorf("%s: %v, wanted … %s …", c.name, err, c.want)
		}
		if len(got.Station.Buttons)+len(got.Station.Doors) > 0 {
			t.Errorf("%s: gave a configuration too", c.name)
		}
	}
	secret := write("secret.toml", good)
	if err := os.Chmod(secret, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(secret); os.Geteuid() != 0 && (err == nil || !strings.Contains(err.Error(), "it may not be read")) {
		t.Errorf("unreadable: %v", err)
	}
}
