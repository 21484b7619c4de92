package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Record is one record of the log.
type Record struct {
	N    uint64    `json:"n"`
	Time time.Time `json:"time"`
	Entry
}

// Report is what Verify has found.
type Report struct {
	Records     int
	First, Last time.Time
	N           uint64 // the number of the last record
	Sum         string // of the last record: kept elsewhere, it shows whether the log is still the same
	Torn        bool   // the last line is unfinished: the station is writing it, or the power went
}

// Read gives each record of the log of a folder in order, until yield returns false. The first that is not as it was written ends
// it with an error that names its place.
func Read(dir string, yield func(Record) bool) (Report, error) {
	var all Report
	chain := head{}
	for _, name := range []string{earlier, present} {
		f, err := os.Open(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return all, fmt.Errorf("the audit log cannot be read: %w", err)
		}
		more, err := readFile(f, name, &chain, &all, yield)
		if err := errors.Join(err, f.Close()); err != nil || !more {
			return all, err
		}
	}
	return all, nil
}

// Verify reads the whole log of a folder.
func Verify(dir string) (Report, error) { return Read(dir, func(Record) bool { return true }) }

// readFile goes on with the chain through one file, and tells whether yield wants more.
func readFile(f io.Reader, name string, chain *head, all *Report, yield func(Record) bool) (bool, error) {
	lines := bufio.NewReaderSize(f, longest)
	for number := 1; ; number++ {
		text, err := lines.ReadSlice('\n')
		switch {
		case err == io.EOF:
			all.Torn = len(text) > 0
			return true, nil
		case err != nil:
			return false, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		r, end, err := parse(bytes.TrimSuffix(text, []byte("\n")))
		switch {
		case err != nil:
		case chain.n > 0 && r.Prev != chain.sum:
			err = fmt.Errorf("it does not follow the record before it: something was taken out, put in or changed")
		case chain.n == 0 && r.N > 1 && name == present:
			err = fmt.Errorf("the records before number %d are missing", r.N)
		case chain.n > 0 && r.N != chain.n+1:
			err = fmt.Errorf("it is number %d, and number %d is due", r.N, chain.n+1)
		}
		if err != nil {
			return false, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		*chain = end
		if all.Records == 0 {
			all.First = r.Time
		}
		all.Records, all.Last, all.N, all.Sum = all.Records+1, r.Time, end.n, end.sum
		if !yield(Record{r.N, r.Time, r.Entry}) {
			return false, nil
		}
	}
}

// lastOf is the end of a file's chain, and the length of the file up to the end of its last whole line. What is altered further up
// is Verify's to tell.
func lastOf(path string) (end head, whole int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return head{}, 0, err
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, longest)
	var at int64
	for {
		text, err := lines.ReadSlice('\n')
		at += int64(len(text))
		switch {
		case err == io.EOF:
			return end, whole, nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue // what is too long is no line of ours
		case err != nil:
			return head{}, 0, err
		}
		whole = at
		if _, next, err := parse(bytes.TrimSuffix(text, []byte("\n"))); err == nil {
			end = next
		}
	}
}
