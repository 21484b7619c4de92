package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is the station being measured.
type process struct {
	cmd *exec.Cmd
	dir string
	log *bytes.Buffer
	sip netip.AddrPort
}

const configuration = `
[board]
model = "sim"

[[button]]
name = "bell"
call = ["house"]

[sound]
card = "null"

[sip]
listen = "127.0.0.1:15070"

[[account]]
name = "pbx"
aor = "sip:door@%[1]s"
registrar = "sip:%[1]s"
password = "secret"

[rtp]
ports = "17000-17098"

[station]
allow_incoming = ["*"]
auto_answer = %[2]v
`

// start runs the station with its registrar at peer; it answers calls by itself, or only rings.
func start(binary string, peer netip.AddrPort, answers bool) (*process, error) {
	dir, err := os.MkdirTemp("", "intercom-figures")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "intercom.toml")
	if err := os.WriteFile(file, fmt.Appendf(nil, configuration, peer, answers), 0o600); err != nil {
		return nil, err
	}
	p := &process{dir: dir, log: &bytes.Buffer{}, sip: netip.MustParseAddrPort("127.0.0.1:15070")}
	p.cmd = exec.Command(binary, "run", "-config", file)
	p.cmd.Stderr = p.log
	return p, p.cmd.Start()
}

func (p *process) stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		fmt.Fprintf(os.Stderr, "the station ended with %v:\n%s", err, p.log)
	}
	os.RemoveAll(p.dir)
}

// residentMiB is VmRSS of proc(5).
func (p *process) residentMiB() float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}

// cpu is the time that all threads have spent in user and kernel mode (utime and stime of proc(5)), in ticks of 10 ms.
func (p *process) cpu() time.Duration {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(stat), ") ") // the name in parentheses may hold spaces
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
