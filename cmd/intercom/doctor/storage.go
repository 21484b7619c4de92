package doctor

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"syscall"
)

// little is the free memory, in KiB, below which the system begins to end programs.
const little = 32 << 10

// memory tells of too little of it.
func memory(_ context.Context, s Subject) []Finding {
	var free, total int64
	text := s.read("proc/meminfo")
	_, err := fmt.Sscan(field(text, "MemAvailable:"), &free)
	if _, err2 := fmt.Sscan(field(text, "MemTotal:"), &total); err != nil || err2 != nil {
		return []Finding{skipped("board.memory", "", "/proc/meminfo does not say how much memory is free.")}
	}
	if free < little {
		return []Finding{warning("board.memory", "See what takes it: ps aux --sort -rss | head", "Only %d MB of %d are free.", free>>10, total>>10)}
	}
	return []Finding{ok("board.memory", "memory: %d MB of %d are free", free>>10, total>>10)}
}

// Space is how much room a file system has.
type Space struct {
	Total, Free uint64 // octets
	ReadOnly    bool
}

func space(path string) (Space, error) {
	var at syscall.Statfs_t
	if err := syscall.Statfs(path, &at); err != nil {
		return Space{}, err
	}
	const readOnly = 1 // ST_RDONLY, statfs(2)
	unit := uint64(at.Bsize)
	return Space{Total: at.Blocks * unit, Free: at.Bavail * unit, ReadOnly: at.Flags&readOnly != 0}, nil
}

// leastRoom is what must be free, in octets.
const leastRoom = 20 << 20

// disk tells of a file system that is full, or read-only although nobody wanted that.
func disk(_ context.Context, s Subject) []Finding {
	const id = "board.disk"
	at, err := s.Space("/")
	if err != nil {
		return []Finding{skipped(id, "", "The root file system does not say how full it is: %v", err)}
	}
	switch {
	case at.ReadOnly && s.wantedReadOnly():
		return []Finding{ok(id, "/ is read-only, as /etc/fstab or the kernel's command line wants it; the station needs no more")}
	case at.ReadOnly:
		return []Finding{warning(id, "Look for errors: dmesg | grep -i -e mmc -e ext4; then fsck, or a new card. The station works without writing.",
			"/ is read-only, and nobody asked for that: the kernel does that after errors of the card.")}
	case at.Free < leastRoom:
		return []Finding{warning(id, "Make room: sudo apt-get clean; sudo journalctl --vacuum-size=20M", "/ is full: %d MB of %d are free.", at.Free>>20, at.Total>>20)}
	}
	return []Finding{ok(id, "/: %d MB of %d are free", at.Free>>20, at.Total>>20)}
}

func (c Computer) wantedReadOnly() bool {
	if slices.Contains(strings.Fields(c.read("proc/cmdline")), "ro") && !strings.Contains(c.read("etc/fstab"), " / ") {
		return true
	}
	for line := range strings.Lines(c.read("etc/fstab")) {
		f := strings.Fields(line)
		if len(f) >= 4 && f[1] == "/" && slices.Contains(strings.Split(f[3], ","), "ro") {
			return true
		}
	}
	return strings.Contains(c.read("proc/mounts"), "overlay / ")
}

// card tells of an SD card that has had errors, and of a swap file, which wears it out.
func card(_ context.Context, s Subject) []Finding {
	var all []Finding
	for _, dir := range s.glob("sys/block/mmcblk[0-9]") {
		name := path.Base(dir)
		maker, made := s.read(dir+"/device/name"), s.read(dir+"/device/date")
		errors := int64(0)
		for _, file := range s.glob("sys/fs/ext4/" + name + "p*/errors_count") {
			n, _ := s.number(file)
			errors += n
		}
		if errors > 0 {
			all = append(all, warning("board.card", "Copy the configuration and write a new card, of the endurance kind, soon.",
				"The file system of the card %s (%s) has had %d errors.", maker, made, errors))
			continue
		}
		all = append(all, ok("board.card", "SD card %s of %s, without errors", maker, made))
	}
	if swap := s.read("proc/swaps"); strings.Contains(swap, " file") || strings.Contains(swap, "\tfile") {
		all = append(all, note("board.swap", "sudo systemctl disable --now dphys-swapfile", "There is a swap file: it wears the card out, and speech breaks while it is used."))
	}
	return all
}
