package audit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// day is when the stories begin.
var day = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, dir string, limit int64) *Log {
	t.Helper()
	l, err := Open(Options{Dir: dir, Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func closed(t *testing.T, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// visits writes so many openings into a folder's log.
func visits(t *testing.T, dir string, limit int64, n int) {
	t.Helper()
	l := open(t, dir, limit)
	for i := range n {
		l.Add(day.Add(time.Duration(i)*time.Minute), Entry{Kind: "opened", Door: "front", Person: "Ann", Way: "rfc4733", Peer: fmt.Sprintf("sip:%d@box", i)})
	}
	closed(t, l)
}

func read(t *testing.T, dir string) ([]Record, Report, error) {
	t.Helper()
	var all []Record
	report, err := Read(dir, func(r Record) bool { all = append(all, r); return true })
	return all, report, err
}

func TestWhatIsAddedIsThere(t *testing.T) {
	dir := t.TempDir()
	visits(t, dir, 0, 3)
	visits(t, dir, 0, 2)
	all, report, err := read(t, dir)
	if err != nil || len(all) != 5 || report.N != 5 || report.Torn {
		t.Fatalf("%d records, %+v, %v", len(all), report, err)
	}
	want := Record{2, day.Add(time.Minute), Entry{Kind: "opened", Door: "front", Person: "Ann", Way: "rfc4733", Peer: "sip:1@box"}}
	if all[1] != want {
		t.Errorf("read %+v, want %+v", all[1], want)
	}
	var text bytes.Buffer
	if err := Print(&text, all[1], time.UTC); err != nil {
		t.Fatal(err)
	}
	if got, want := text.String(), "2026-03-01 12:01:00  opened       door=front person=Ann way=rfc4733 peer=sip:1@box\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

func TestNoLogIsAnEmptyOne(t *testing.T) {
	if report, err := Verify(t.TempDir()); err != nil || report.Records != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

// A power cut leaves any part of the line that was being written.
func TestAPowerCutInALine(t *testing.T) {
	from := t.TempDir()
	visits(t, from, 0, 2)
	text, err := os.ReadFile(filepath.Join(from, present))
	if err != nil {
		t.Fatal(err)
	}
	for n := bytes.LastIndexByte(text[:len(text)-1], '\n'); n <= len(text); n += 3 {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, present), text[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		whole := bytes.Count(text[:n], []byte("\n"))
		torn := n > 0 && text[n-1] != '\n'
		if report, err := Verify(dir); err != nil || report.Records != whole || report.Torn != torn {
			t.Fatalf("cut at %d: before the repair %+v, %v", n, report, err)
		}
		visits(t, dir, 0, 1)
		all, report, err := read(t, dir)
		want := whole + 1
		if torn {
			want++
		}
		if err != nil || len(all) != want || report.N != uint64(want) || report.Torn {
			t.Fatalf("cut at %d: %d records, want %d, %+v, %v", n, len(all), want, report, err)
		}
		if torn && all[whole].Kind != Repaired {
			t.Fatalf("cut at %d: the repair is not recorded: %+v", n, all[whole])
		}
	}
}

func TestEveryAlteredByteIsFound(t *testing.T) {
	from := t.TempDir()
	visits(t, from, 0, 3)
	text, err := os.ReadFile(filepath.Join(from, present))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i := range text {
		altered := bytes.Clone(text)
		altered[i] ^= 1
		if err := os.WriteFile(filepath.Join(dir, present), altered, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := Verify(dir)
		line := bytes.Count(text[:i], []byte("\n")) + 1
		last := i == len(text)-1 // the end of the last line: it looks unfinished
		switch {
		case last && !report.Torn:
			t.Fatalf("the end of the last line altered: %+v, %v", report, err)
		case !last && (err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%s:%d: ", present, line))):
			t.Fatalf("byte %d of line %d altered: %v", i, line, err)
		}
	}
}

func TestLinesTakenOutMovedAndPutIn(t *testing.T) {
	from := t.TempDir()
	visits(t, from, 0, 4)
	text, err := os.ReadFile(filepath.Join(from, present))
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(bytes.Lines(text))
	other := t.TempDir()
	visits(t, other, 0, 1)
	foreign, err := os.ReadFile(filepath.Join(other, present))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		lines [][]byte
		at    int
	}{
		"the second is gone":     {[][]byte{lines[0], lines[2], lines[3]}, 2},
		"the first is gone":      {lines[1:], 1},
		"two are exchanged":      {[][]byte{lines[0], lines[2], lines[1], lines[3]}, 2},
		"one is there twice":     {[][]byte{lines[0], lines[1], lines[1]}, 3},
		"another log's between":  {[][]byte{lines[0], foreign, lines[1]}, 2},
		"an empty line":          {[][]byte{lines[0], []byte("\n"), lines[1]}, 2},
		"one that never ends":    {[][]byte{lines[0], bytes.Repeat([]byte("x"), 2*longest), []byte("\n")}, 2},
		"one that is no record":  {[][]byte{[]byte("{}\n"), lines[0]}, 1},
		"a sum without a record": {[][]byte{[]byte(sumField + strings.Repeat("0", 64) + "\"}\n")}, 1},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, present), bytes.Join(c.lines, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(dir); err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%s:%d: ", present, c.at)) {
			t.Errorf("%s: %v", name, err)
		}
		visits(t, dir, 0, 1) // the station goes on all the same
	}
}

func TestTheLogIsBounded(t *testing.T) {
	dir := t.TempDir()
	const limit = 8 << 10
	for range 20 {
		visits(t, dir, limit, 10)
		var size int64
		for _, name := range []string{present, earlier} {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil {
				size += info.Size()
			}
		}
		if size > limit {
			t.Fatalf("%d bytes", size)
		}
	}
	all, report, err := read(t, dir)
	if err != nil || report.N != 200 || len(all) < 15 || all[len(all)-1].N != 200 {
		t.Errorf("%d records, %+v, %v", len(all), report, err)
	}
	if err := os.Remove(filepath.Join(dir, earlier)); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("the earlier file is gone: %v", err)
	}
}

func TestTheDiskIsTakenAway(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, 0)
	l.Add(day, Entry{Kind: "rang"})
	closed(t, l)
	l.Add(day, Entry{Kind: "rang"}) // after its end: nothing happens
	if _, err := Open(Options{Dir: filepath.Join(dir, "none")}); err == nil {
		t.Error("a folder that is not there is taken")
	}
	l = open(t, dir, 0)
	l.file.Close() // the card is pulled out
	l.Add(day, Entry{Kind: "rang"})
	l.Add(day, Entry{Kind: "opened"})
	if err := l.Close(); err == nil {
		t.Error("nobody has noticed")
	}
}

func TestTextsOfOthersAreBounded(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, 0)
	l.Add(day, Entry{Kind: "called", Peer: "sip:" + strings.Repeat("ä\"\n\x00", 10000)})
	closed(t, l)
	if all, _, err := read(t, dir); err != nil || len(all) != 1 || len(all[0].Peer) > 300 {
		t.Errorf("%d records, %v", len(all), err)
	}
}

func FuzzRead(f *testing.F) {
	dir := f.TempDir()
	l, err := Open(Options{Dir: dir})
	if err != nil {
		f.Fatal(err)
	}
	l.Add(day, Entry{Kind: "opened", Door: "front"})
	l.Add(day, Entry{Kind: "quality", Sound: &Figures{Codec: "G722"}})
	if err := l.Close(); err != nil {
		f.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, present))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(text[:len(text)-10])
	f.Add([]byte("{}\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, present), text, 0o600); err != nil {
			t.Fatal(err)
		}
		before, errBefore := Verify(dir)
		visits(t, dir, 0, 1)
		after, errAfter := Verify(dir)
		if errBefore == nil && (errAfter != nil || after.Records < before.Records+1) {
			t.Errorf("a log in order, %+v, is %+v after another record: %v", before, after, errAfter)
		}
	})
}
