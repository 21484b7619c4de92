// Package audit keeps what has happened at the door: a line a record, in a file that is only added to. Each line has the SHA-256 of
// the one before it, so that none can be changed, taken out or put in between without Verify telling where. A record is on the disk
// before the next is taken; what a power cut leaves of a line is cut off at the next start, and that is recorded too.
//
// Whoever can write the files can also write other ones with sums that fit: the chain shows mistakes, broken cards and careless
// hands. Against others the sum of the last line, which Verify tells, has to be kept elsewhere.
package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// The files in the folder of the state: the present one, and the one before it.
const (
	present = "audit.log"
	earlier = "audit.old.log"
)

// DefaultLimit is what both files together hold, in bytes: about 3,000 records.
const DefaultLimit = 1 << 20

// queued is how many records wait for the disk. A visit makes about five.
const queued = 256

// Options of a Log.
type Options struct {
	Dir   string       // exists, and may be written to
	Limit int64        // of both files together, in bytes; DefaultLimit if zero
	Log   *slog.Logger // nil discards
}

// Log is an audit log that is being added to. Only one may be open for a folder.
type Log struct {
	dir   string
	limit int64
	log   *slog.Logger

	file *os.File
	size int64
	head head

	records chan record
	done    chan struct{}

	mu     sync.Mutex
	lost   int // records that found the queue full
	closed bool
	failed bool // the log has said that nothing is kept
}

type record struct {
	at    time.Time
	entry Entry
}

// Open goes on with the log of a folder, or begins one. Of a tail that is torn or altered, nothing is thrown away that is whole.
func Open(o Options) (*Log, error) {
	l := &Log{
		dir: o.Dir, limit: o.Limit, log: o.Log,
		records: make(chan record, queued), done: make(chan struct{}),
	}
	if l.limit <= 0 {
		l.limit = DefaultLimit
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	torn, err := l.open()
	if err != nil {
		return nil, fmt.Errorf("the audit log in %s: %w", o.Dir, err)
	}
	if torn > 0 {
		l.log.Warn("the audit log ended in the middle of a record: a power cut?", "bytes", torn)
		l.keep(record{time.Now(), Entry{Kind: Repaired, Reason: fmt.Sprintf("%d bytes of an unfinished record were cut off", torn)}})
	}
	go l.write()
	return l, nil
}

// open finds the end of the chain and cuts off what is torn there, returning how many bytes that is.
func (l *Log) open() (torn int64, err error) {
	if l.head, _, err = lastOf(filepath.Join(l.dir, earlier)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	path := filepath.Join(l.dir, present)
	head, whole, err := lastOf(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return 0, err
	case head.n > 0:
		l.head = head
	}
	if l.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640); err != nil {
		return 0, err
	}
	info, err := l.file.Stat()
	if err == nil && info.Size() > whole {
		torn = info.Size() - whole
		err = errors.Join(l.file.Truncate(whole), l.file.Sync())
	}
	if err == nil {
		_, err = l.file.Seek(whole, 0)
	}
	if err == nil {
		err = syncNames(l.dir)
	}
	if err != nil {
		return 0, errors.Join(err, l.file.Close())
	}
	l.size = whole
	return torn, nil
}

// Add takes a record, and never waits for the disk. One that finds the queue full is counted, and told by the next that does not.
func (l *Log) Add(at time.Time, e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	select {
	case l.records <- record{at, e}:
	default:
		l.lost++
	}
}

// Close waits until all records are on the disk.
func (l *Log) Close() error {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.records)
	}
	l.mu.Unlock()
	<-l.done
	return l.file.Close()
}

func (l *Log) write() {
	defer close(l.done)
	for r := range l.records {
		l.mu.Lock()
		lost := l.lost
		l.lost = 0
		l.mu.Unlock()
		if lost > 0 {
			l.keep(record{r.at, Entry{Kind: Lost, Reason: fmt.Sprintf("%d records could not be kept", lost)}})
		}
		l.keep(r)
	}
}

// keep puts a record on the disk. One that cannot be kept is counted as lost: the door goes on.
func (l *Log) keep(r record) {
	err := l.append(r)
	switch {
	case err == nil:
		l.failed = false
		return
	case !l.failed:
		l.failed = true
		l.log.Error("what happens at the door is not recorded", "err", err)
	}
	l.mu.Lock()
	l.lost++
	l.mu.Unlock()
}

func (l *Log) append(r record) error {
	text, next, err := l.head.line(r.at, r.entry)
	if err != nil {
		return err
	}
	if l.size > 0 && l.size+int64(len(text)) > l.limit/2 {
		if err := l.rotate(); err != nil {
			return err
		}
	}
	if _, err := l.file.WriteAt(text, l.size); err != nil {
		return errors.Join(err, l.file.Truncate(l.size))
	}
	if err := l.file.Sync(); err != nil {
		return errors.Join(err, l.file.Truncate(l.size))
	}
	l.size += int64(len(text))
	l.head = next
	return nil
}

// rotate makes the present file the earlier one. The chain goes on in the next.
func (l *Log) rotate() error {
	path := filepath.Join(l.dir, present)
	if err := os.Rename(path, filepath.Join(l.dir, earlier)); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return errors.Join(err, os.Rename(filepath.Join(l.dir, earlier), path))
	}
	if err := l.file.Close(); err != nil {
		l.log.Warn("the earlier file of the audit log does not close", "err", err)
	}
	l.file, l.size = f, 0
	return syncNames(l.dir)
}

// syncNames has the names of a directory written.
func syncNames(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
