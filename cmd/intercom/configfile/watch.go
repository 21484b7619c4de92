package configfile

import (
	"os"
	"time"

	"intercom/configs"
)

// Look is what the kernel knows of a configuration's files without reading them. Two that are equal are of the same files.
type Look struct {
	path    string
	text    stamp
	secrets stamp
}

// stamp is one file; zero where there is none. The time of change is there beside that of modification because FAT keeps
// the latter to 2 s only.
type stamp struct {
	inode, device     uint64
	size              int64
	modified, changed int64 // ns since 1970
	cannotBeLookedAt  bool
}

// LookAt looks at the first place that has a file.
func LookAt(places []string) Look {
	path, _ := Find(places)
	return Look{path, stampOf(path), stampOf(configs.SecretsPath(path))}
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		return stamp{}
	}
	if err != nil {
		return stamp{cannotBeLookedAt: true}
	}
	return newStamp(info)
}

// Settled is how long a file must be unchanged to be taken: editors write in several steps, and scp takes its time.
const Settled = time.Second

// Watch tells when a file has changed and settled. It is given a Look now and then; looking costs no access to a disk,
// which is why there is no inotify here: a watch of that kind would be lost with every partition that is unmounted and with
// every file that is replaced. The zero Watch knows no file.
type Watch struct {
	taken, last Look
	since       time.Time // of last
	waiting     bool
}

// Take has the Watch regard a file as known.
func (w *Watch) Take(l Look) { w.taken, w.last, w.waiting = l, l, false }

// Step reports whether a file has changed and settled. It is then known.
func (w *Watch) Step(now time.Time, l Look) bool {
	if l != w.last {
		w.last, w.since, w.waiting = l, now, true
	}
	if !w.waiting || now.Sub(w.since) < Settled {
		return false
	}
	w.waiting = false
	changed := l != w.taken
	w.taken = l
	return changed
}
