package statefile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func open(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func save(t *testing.T, d *Dir, name, data string) {
	t.Helper()
	if err := d.Save(name, []byte(data)); err != nil {
		t.Fatal(err)
	}
}

// wantLoad looks with the eyes of the next process.
func wantLoad(t *testing.T, path, name, want string) {
	t.Helper()
	if got, err := open(t, path).Load(name); err != nil || string(got) != want {
		t.Errorf("%s: %q, %v; want %q", name, got, err, want)
	}
}

func TestWhatIsSavedIsThereAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "not", "there", "yet")
	d := open(t, path)
	if _, err := d.Load("lock"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before: %v", err)
	}
	all := map[string]string{"lock": "five", "empty": "", "last-good.toml": "a\x00b\n\nc", "large": strings.Repeat("x", Largest)}
	for name, data := range all {
		save(t, d, name, "old")
		save(t, d, name, data)
	}
	for name, data := range all {
		wantLoad(t, path, name, data)
	}
	info, err := os.Stat(filepath.Join(path, "lock"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v, want one that only the station reads", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(path, "*"+unfinished)); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}

// A card that lost power in the middle, or that is worn: whatever byte the file ends at, whatever byte has changed, it is
// not taken.
func TestADamagedFileIsNotTaken(t *testing.T) {
	path := t.TempDir()
	d := open(t, path)
	save(t, d, "lock", "until = 2026-05-17")
	file := filepath.Join(path, "lock")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string, at int, text []byte) {
		t.Helper()
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := open(t, path).Load("lock"); !errors.Is(err, ErrDamaged) {
			t.Fatalf("%s at byte %d: taken as %q, %v", what, at, got, err)
		}
	}
	for i := range whole {
		refused("cut", i, whole[:i])
		refused("empty sectors", i, append(bytes.Clone(whole[:i]), make([]byte, len(whole)-i)...))
		for bit := range 8 {
			altered := bytes.Clone(whole)
			altered[i] ^= 1 << bit
			refused("altered", i, altered)
		}
	}
	refused("longer", len(whole), append(bytes.Clone(whole), '\n'))
	refused("oversized", 0, append(header(nil), make([]byte, Largest+longestHeader+2)...))
	refused("without an end of a line", 0, bytes.Repeat([]byte("x"), Largest+longestHeader+2))
}

// The power is cut while the next file is written: the one before it stands, and the next saving goes over the rest.
func TestAPowerCutWhileSaving(t *testing.T) {
	path := t.TempDir()
	d := open(t, path)
	save(t, d, "lock", "old")
	next := append(header([]byte("new")), "new"...)
	for i := range next {
		if err := os.WriteFile(filepath.Join(path, "lock"+unfinished), next[:i], 0o600); err != nil {
			t.Fatal(err)
		}
		wantLoad(t, path, "lock", "old")
	}
	save(t, open(t, path), "lock", "newer")
	wantLoad(t, path, "lock", "newer")
}

func TestNames(t *testing.T) {
	d := open(t, t.TempDir())
	for _, name := range []string{"", ".", "..", "../lock", "a/b", "/etc/passwd", ".hidden", "Lock", "a b", "lock.new", "lock\x00", "türe", strings.Repeat("a", 65)} {
		if err := d.Save(name, nil); err == nil {
			t.Errorf("saved as %q", name)
		}
		if _, err := d.Load(name); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("loaded as %q: %v", name, err)
		}
	}
	if err := d.Save("large", make([]byte, Largest+1)); err == nil {
		t.Error("saved more than is taken")
	}
}

// Somebody has put other things there than files: nothing is read or written through them.
func TestWhatIsNoFile(t *testing.T) {
	path := t.TempDir()
	d := open(t, path)
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, append(header([]byte("x")), 'x'), 0o600); err != nil {
		t.Fatal(err)
	}
	err := errors.Join(
		os.Symlink(elsewhere, filepath.Join(path, "link")), os.Symlink(elsewhere, filepath.Join(path, "out"+unfinished)),
		os.Mkdir(filepath.Join(path, "dir"), 0o700), syscall.Mkfifo(filepath.Join(path, "pipe"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link", "dir", "pipe"} {
		if got, err := d.Load(name); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if err := d.Save("out", []byte("y")); err == nil {
		t.Error("saved through a link")
	}
	if err := d.Save("dir", []byte("y")); err == nil {
		t.Error("saved over a directory")
	}
	if got, _ := os.ReadFile(elsewhere); !bytes.HasSuffix(got, []byte("\nx")) {
		t.Errorf("the file behind the link is %q", got)
	}
}

// Without a place to keep it, everything goes on for as long as the process lives.
func TestWithoutAPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path string
		told bool
	}{"none wished": {"", false}, "below a file": {filepath.Join(file, "x"), true}, "on the kernel's own": {"/proc/intercom", true}} {
		t.Run(name, func(t *testing.T) {
			d, err := Open(c.path)
			if (err != nil) != c.told {
				t.Errorf("told %v, want an error: %v", err, c.told)
			}
			save(t, d, "lock", "five")
			if got, err := d.Load("lock"); err != nil || string(got) != "five" {
				t.Errorf("%q, %v", got, err)
			}
			if _, err := d.Load("other"); err == nil {
				t.Error("what was never saved is there")
			}
		})
	}
}

// What cannot be written is still true until the process ends, and the one who saved it is told.
func TestTheDiskIsTakenAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	d := open(t, path)
	save(t, d, "lock", "old")
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if err := d.Save("lock", []byte("new")); err == nil {
		t.Error("no error")
	}
	if got, err := d.Load("lock"); err != nil || string(got) != "new" {
		t.Errorf("%q, %v", got, err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(header(nil))
	f.Add(append(header([]byte("x")), 'x'))
	f.Add([]byte("intercom state 1, -1 bytes, sha256 00\n"))
	path := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(filepath.Join(path, "x"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		data, err := open(t, path).Load("x")
		if err == nil && !bytes.Equal(text, append(header(data), data...)) {
			t.Fatalf("took %q of %q", data, text)
		}
	})
}
