package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"strconv"
	"strings"
)

// ports tells whether somebody else has taken what the station listens on.
func ports(_ context.Context, s Subject) []Finding {
	listen, err := netip.ParseAddrPort(s.Config.SIP.Listen)
	if err != nil || listen.Port() == 0 {
		return nil
	}
	var all []Finding
	for _, transport := range []string{"udp", "tcp"} {
		all = append(all, s.port(transport, listen.Port()))
	}
	return append(all, s.soundPorts()...)
}

func (s Subject) port(transport string, port uint16) Finding {
	const id = "sip.port"
	where := fmt.Sprintf("%s port %d", strings.ToUpper(transport), port)
	inode, taken := s.listening(transport, port)
	switch who := s.owner(inode); {
	case !taken:
		return ok(id, "%s is free", where)
	case who == "intercom":
		return ok(id, "%s is taken by the station that runs", where)
	case who == "":
		return note(id, "sudo intercom doctor", "%s is taken, by somebody whom only root may know.", where)
	default:
		return fault(id, fmt.Sprintf("End %s, or write another port in listen of [sip].", who), "%s is taken by %q: the station cannot listen.", where, who)
	}
}

// listening finds a socket that is bound to a port and connected to nobody, in /proc/net/udp and its like.
func (c Computer) listening(transport string, port uint16) (inode string, found bool) {
	const tcpListen, udpBound = "0A", "07"
	for _, version := range []string{"", "6"} {
		for line := range strings.Lines(c.read("proc/net/" + transport + version)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != tcpListen && f[3] != udpBound {
				continue
			}
			if _, at, ok := strings.Cut(f[1], ":"); ok && at == fmt.Sprintf("%04X", port) {
				return f[9], true
			}
		}
	}
	return "", false
}

// owner is the program that has a socket open; empty if that may not be known.
func (c Computer) owner(inode string) string {
	want := "socket:[" + inode + "]"
	for _, fd := range c.glob("proc/[0-9]*/fd/*") {
		if link, err := fs.ReadLink(c.Files, fd); err == nil && link == want {
			return c.read(path.Join(path.Dir(path.Dir(fd)), "comm"))
		}
	}
	return ""
}

// soundPorts tells of somebody in the range of ports for calls. Each is tried before it is used, so that little harm is done.
func (s Subject) soundPorts() []Finding {
	from, to, ok1 := strings.Cut(s.Config.RTP.Ports, "-")
	low, err1 := strconv.Atoi(strings.TrimSpace(from))
	high, err2 := strconv.Atoi(strings.TrimSpace(to))
	if !ok1 || err1 != nil || err2 != nil {
		return nil
	}
	var taken []string
	for port := low; port <= high && len(taken) < 5; port++ {
		if inode, found := s.listening("udp", uint16(port)); found {
			if who := s.owner(inode); who != "intercom" && who != "" {
				taken = append(taken, fmt.Sprintf("%d by %q", port, who))
			}
		}
	}
	if taken != nil {
		return []Finding{note("sip.sound-ports", "Choose other ports in [rtp] if calls have no sound.", "Of the ports for sound are taken: %s.", strings.Join(taken, ", "))}
	}
	return []Finding{ok("sip.sound-ports", "UDP ports %s are free, or of the station that runs", s.Config.RTP.Ports)}
}
