package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const cgroup = "sys/fs/cgroup/system.slice/intercom.service/"

// station is the process that is a door station; "" if there is none.
func (c Computer) station() (pid string) {
	for pid := range strings.Lines(c.read(cgroup + "cgroup.procs")) {
		pid = strings.TrimSpace(pid)
		if strings.Contains(c.read("proc/"+pid+"/cmdline"), "\x00run") { // not its guard
			return pid
		}
	}
	for _, comm := range c.glob("proc/[0-9]*/comm") {
		dir := path.Dir(comm)
		if c.read(comm) == "intercom" && strings.Contains(c.read(dir+"/cmdline"), "\x00run") {
			return path.Base(dir)
		}
	}
	return ""
}

// service tells whether the station runs, since when, and whether it will after the next start of the system.
func service(_ context.Context, s Subject) []Finding {
	var all []Finding
	if pid := s.station(); pid != "" {
		all = append(all, s.running(pid))
	} else {
		all = append(all, note("service.running", s.howToStart(), "The station does not run."))
	}
	if !s.exists("run/systemd/system") {
		return append(all, skipped("service.unit", "", "The system is not run by systemd: see to it that something starts the station."))
	}
	switch {
	case !s.exists("etc/systemd/system/intercom.service") && !s.exists("lib/systemd/system/intercom.service") && !s.exists("usr/lib/systemd/system/intercom.service"):
		return append(all, note("service.unit", "Install the Debian package, which has the unit.", "There is no intercom.service: nothing starts the station with the system."))
	case len(s.glob("etc/systemd/system/*.wants/intercom.service")) == 0:
		return append(all, warning("service.unit", "sudo systemctl enable intercom", "intercom.service is not enabled: after a power cut nobody starts the station."))
	}
	return append(all, ok("service.unit", "intercom.service starts with the system"))
}

func (s Subject) howToStart() string {
	if s.exists("run/systemd/system") {
		return "sudo systemctl start intercom; journalctl -u intercom tells why it stopped"
	}
	return "intercom run tells why, if it does not stay."
}

// restartedAfter is how long after the system a station may start that was not restarted.
const restartedAfter = 5 * time.Minute

// running tells since when. The clock of proc(5) stat counts in hundredths of a second from the start of the system.
func (s Subject) running(pid string) Finding {
	const id = "service.running"
	stat := s.read("proc/" + pid + "/stat")
	f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	var up float64
	_, err := fmt.Sscan(s.read("proc/uptime"), &up)
	if len(f) < 20 || err != nil {
		return ok(id, "the station runs (process %s)", pid)
	}
	ticks, _ := strconv.ParseInt(f[19], 10, 64)
	after := time.Duration(ticks) * 10 * time.Millisecond
	since := (time.Duration(up)*time.Second - after).Round(time.Second)
	if after > restartedAfter {
		return note(id, "If nobody restarted it: journalctl -u intercom -p warning tells why it did.", "The station has been running for %v (process %s); it started %v after the system.", since, pid, after.Round(time.Second))
	}
	return ok(id, "the station has been running for %v, from the start of the system on (process %s)", since, pid)
}

// state tells whether what outlives a restart has a place.
func state(_ context.Context, s Subject) []Finding {
	const id = "service.state"
	dir := s.Config.State.Dir
	if dir == "" {
		return []Finding{note(id, "", "Nothing outlives a restart, as [state] dir is empty: lock-outs end with it.")}
	}
	info, err := fs.Stat(s.Files, rel(dir))
	switch {
	case err != nil:
		return []Finding{note(id, "The unit of the Debian package makes it; by hand: sudo install -d -o USER -m 700 "+dir, "There is no directory %s: nothing outlives a restart.", dir)}
	case !info.IsDir():
		return []Finding{fault(id, "Remove it, or choose another place.", "%s is no directory.", dir)}
	case info.Mode().Perm()&0o022 != 0:
		return []Finding{fault(id, "sudo chmod 700 "+dir, "Others may write to %s: whoever can gives the station a configuration.", dir)}
	}
	return []Finding{s.room(id, dir)}
}

// roomForState is what the state needs, in octets: the log of the door and a few small files, each of which is written anew.
const roomForState = 4 << 20

// room tells whether anything can be written into the directory for the state.
func (s Subject) room(id, dir string) Finding {
	const lost = "lock-outs, the configuration that was good last and the log of the door end with a restart."
	at, err := s.Space(dir)
	switch {
	case err == nil && at.ReadOnly:
		return note(id, "Have a small partition that can be written there, or name one in [state].", "%s is read-only: "+lost, dir)
	case err == nil && at.Free < roomForState:
		return warning(id, "Make room, or name another place in [state].", "%s is full, %d KB are free: "+lost, dir, at.Free>>10)
	}
	return ok(id, "%s is there", dir)
}

// rel is a path as package fs wants it.
func rel(file string) string { return strings.TrimPrefix(filepath.Clean("/"+file), "/") }

// rights tells whether the sound may go before other work.
func rights(_ context.Context, s Subject) []Finding {
	const id = "service.real-time"
	who, pid := "the station", s.station()
	if pid == "" {
		who, pid = "a program of this user", "self"
	}
	limit := strings.Fields(field(s.read("proc/"+pid+"/limits"), "Max realtime priority"))
	switch {
	case len(limit) == 0:
		return []Finding{skipped(id, "", "The kernel does not say whether %s may have real-time priority.", who)}
	case limit[0] == "0" && !strings.HasPrefix(field(s.read("proc/"+pid+"/status"), "Uid:"), "0"):
		return []Finding{note(id, "The unit of the Debian package gives it (LimitRTPRIO=); by hand: systemctl edit intercom",
			"%s may not have real-time priority: on a busy board speech breaks.", strings.ToUpper(who[:1])+who[1:])}
	}
	return []Finding{ok(id, "%s may have real-time priority", who)}
}
