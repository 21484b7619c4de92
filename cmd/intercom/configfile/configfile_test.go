package configfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intercom/cmd/intercom/statefile"
	"intercom/configs"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheCardComesFirst(t *testing.T) {
	dir := t.TempDir()
	card, etc := filepath.Join(dir, "card.toml"), filepath.Join(dir, "etc.toml")
	places := []string{card, etc}
	if path, found := Find(places); found || path != card {
		t.Errorf("none there: %s, %v", path, found)
	}
	if _, err := Read(places); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none there: %v", err)
	}
	write(t, etc, "e")
	if f, err := Read(places); err != nil || f.Path != etc {
		t.Errorf("one there: %+v, %v", f, err)
	}
	write(t, card, "c")
	if f, err := Read(places); err != nil || f.Path != card || string(f.Text) != "c" {
		t.Errorf("both there: %+v, %v", f, err)
	}
	// A broken link is a fault of the card, not a reason to take what lies elsewhere.
	if err := errors.Join(os.Remove(card), os.Symlink("nowhere", card)); err != nil {
		t.Fatal(err)
	}
	if path, found := Find(places); !found || path != card {
		t.Errorf("a broken link: %s, %v", path, found)
	}
}

// What lies at an earlier place under a name that is nearly right is told of; where nothing is right, it says where to look.
func TestNamesThatAreNearlyRight(t *testing.T) {
	dir := t.TempDir()
	nowhere, card, etc := filepath.Join(dir, "none", "intercom.toml"), filepath.Join(dir, "card", "intercom.toml"), filepath.Join(dir, "etc", "intercom.toml")
	places := []string{nowhere, card, etc}
	if path, found := Find(places); found || path != nowhere {
		t.Errorf("nothing is there: %s, %v", path, found)
	}
	if err := errors.Join(os.Mkdir(filepath.Dir(card), 0o700), os.Mkdir(filepath.Dir(etc), 0o700)); err != nil {
		t.Fatal(err)
	}
	if path, found := Find(places); found || path != card {
		t.Errorf("directories are there: %s, %v", path, found)
	}
	write(t, etc+".txt", "")
	if path, found := Find(places); found || path != etc || len(Overlooked(places, path)) > 0 {
		t.Errorf("one is nearly right: %s, %v", path, found)
	}
	write(t, etc, "")
	write(t, card+".txt", "")
	if got := Overlooked(places, etc); len(got) != 1 || got[0] != card {
		t.Errorf("overlooked are %q", got)
	}
}

// Where the text beside a file cannot be written, one that tells the same faults will do, whatever it says of the station.
func TestSomebodyElseHasToldTheFaults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "intercom.toml")
	wrong := errors.New("a fault")
	if err := TellFault(path, wrong, "Root says so."); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(FaultPath(path)+".new", 0o700); err != nil { // nothing can be written any more
		t.Fatal(err)
	}
	if err := TellFault(path, wrong, "The station says so."); err != nil {
		t.Errorf("the same: %v", err)
	}
	if err := TellFault(path, errors.New("another fault"), "The station says so."); err == nil {
		t.Error("another fault counts as told")
	}
}

// A file is taken a second after the last sign of writing, and once.
func TestAFileMustSettle(t *testing.T) {
	a, b, c := Look{path: "x", text: stamp{size: 1}}, Look{path: "x", text: stamp{size: 2}}, Look{path: "x", secrets: stamp{size: 3}}
	var w Watch
	w.Take(a)
	start := time.Unix(0, 0)
	for _, s := range []struct {
		after time.Duration
		look  Look
		want  bool
	}{
		{0, a, false},
		{time.Second, a, false},
		{2 * time.Second, b, false}, // an editor begins to write
		{2500 * time.Millisecond, c, false},
		{3400 * time.Millisecond, c, false},
		{3500 * time.Millisecond, c, true},
		{5 * time.Second, c, false},
		{6 * time.Second, a, false}, // a file is written and then put back
		{6500 * time.Millisecond, c, false},
		{8 * time.Second, c, false},
		{9 * time.Second, Look{}, false}, // gone
		{10 * time.Second, Look{}, true},
		{11 * time.Second, b, false},
		{20 * time.Second, b, true},
	} {
		if got := w.Step(start.Add(s.after), s.look); got != s.want {
			t.Errorf("after %v: %v", s.after, got)
		}
	}
}

func TestEveryChangeIsSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "intercom.toml")
	places := []string{path}
	last := LookAt(places)
	changed := func(what string) {
		t.Helper()
		l := LookAt(places)
		if l == last || l != LookAt(places) {
			t.Errorf("%s: seen as %+v after %+v", what, l, last)
		}
		last = l
	}
	write(t, path, "a")
	changed("a file comes")
	write(t, path, "ab")
	changed("it grows")
	write(t, path+".new", "cd")
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	changed("another one of its size takes its place")
	write(t, configs.SecretsPath(path), "")
	changed("secrets come")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	changed("it is gone")
	if err := os.Symlink(path, path); err != nil {
		t.Fatal(err)
	}
	changed("it cannot be looked at")
}

func state(t *testing.T, path string) *statefile.Dir {
	t.Helper()
	d, err := statefile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheLastGoodOneIsWrittenOnce(t *testing.T) {
	dir := t.TempDir()
	if _, err := LastGood(state(t, dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before: %v", err)
	}
	f := configs.Files{Path: "/x/intercom.toml", Text: []byte("\ufeff[[door]]\r\n\xff"), Secrets: []byte{}, Exposed: true}
	if err := Keep(state(t, dir), f); err != nil {
		t.Fatal(err)
	}
	got, err := LastGood(state(t, dir))
	if err != nil || !got.Same(f) || got.Secrets == nil {
		t.Fatalf("%+v, %v", got, err)
	}
	before, err := os.Stat(filepath.Join(dir, keptAs))
	if err != nil {
		t.Fatal(err)
	}
	if err := Keep(state(t, dir), f); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(filepath.Join(dir, keptAs)); err != nil || !os.SameFile(before, after) {
		t.Error("written again without need")
	}
	f.Secrets = []byte("x")
	if err := Keep(state(t, dir), f); err != nil {
		t.Fatal(err)
	}
	if got, err := LastGood(state(t, dir)); err != nil || string(got.Secrets) != "x" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestADamagedCopyIsNone(t *testing.T) {
	dir := t.TempDir()
	if err := Keep(state(t, dir), configs.Files{Path: "x", Text: []byte("code = \"73914\"")}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, keptAs)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)-5] ^= 1
	write(t, path, string(text))
	if f, err := LastGood(state(t, dir)); !errors.Is(err, statefile.ErrDamaged) {
		t.Errorf("%+v, %v", f, err)
	}
	if err := Keep(state(t, dir), configs.Files{Path: "y"}); err != nil {
		t.Errorf("it is not replaced: %v", err)
	}
	if f, err := LastGood(state(t, dir)); err != nil || f.Path != "y" {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestTheFileThatTellsFaults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "intercom.toml")
	_, faults := configs.Check(path, []byte("[[door]]\nname = \"front\"\npulse = 3\ncode = 73914\n"))
	if err := TellFault(path, faults, "It is at rest."); err != nil {
		t.Fatal(err)
	}
	beside := strings.TrimSuffix(path, ".toml") + ".fault.txt"
	text, err := os.ReadFile(beside)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"configuration, intercom.toml.\r\nIt is at rest.\r\n", "- intercom.toml, line 3, column 9: pulse cannot be the number 3; write \"3s\".\r\n", "goes away"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("want %q in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "73914") {
		t.Errorf("a code is told:\n%s", text)
	}
	before, _ := os.Stat(beside)
	if err := TellFault(path, faults, "It is at rest."); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(beside); err != nil || !os.SameFile(before, after) {
		t.Error("written again without need")
	}
	for range 2 {
		if err := ClearFault(path); err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	if err := TellFault("/proc/intercom.toml", errors.New("it is gone"), "It is at rest."); err == nil {
		t.Error("told where nothing can be written")
	}
}

// BenchmarkLookAt is what following the file costs, once a second.
func BenchmarkLookAt(b *testing.B) {
	path := filepath.Join(b.TempDir(), "intercom.toml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		b.Fatal(err)
	}
	places := []string{filepath.Join(b.TempDir(), "none"), path}
	b.ReportAllocs()
	for b.Loop() {
		LookAt(places)
	}
}
