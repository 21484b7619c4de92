package media

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Config is the [rtp] table: the ports that calls may use and how sound is packed.
type Config struct {
	// Ports is the range of UDP ports for media, "16384-16482" by default. Each call takes an even port for RTP and the odd
	// one above it for RTCP (RFC 3550 §11).
	Ports string `toml:"ports"`

	// Codecs lists the codecs that are offered, the preferred one first: "G722", "PCMA" and "PCMU" by default. With G.722 all
	// sound is handled at 16 kHz, without it at 8 kHz.
	Codecs []string `toml:"codecs"`

	// Ptime is the length of the sound in one packet that is sent, 20 ms by default, 10 ms to 60 ms.
	Ptime time.Duration `toml:"ptime"`

	// Mux offers to send and take RTCP by the port of RTP (RFC 5761), so that a call needs one port of a firewall; false by
	// default. What the other side offers is granted in any case.
	Mux bool `toml:"rtcp_mux"`

	// SilenceSuppression sends a description of the noise of the place once a second while there is nothing else to hear, if
	// the other side takes that (RFC 3389). It saves the network what a door that nobody stands at would send; false by
	// default.
	SilenceSuppression bool `toml:"silence_suppression"`

	// InbandDigits hears keys by their sound too (ITU-T Q.23), for telephones that send them no other way; false by default,
	// because whoever can be heard in a call can then press keys.
	InbandDigits bool `toml:"inband_digits"`

	// JitterMin is the least time by which received sound is held back to ride out an uneven network, 10 ms by default.
	JitterMin time.Duration `toml:"jitter_min"`

	// JitterMax is the most time by which it is held back, 500 ms by default. Sound that is later than this is skipped.
	JitterMax time.Duration `toml:"jitter_max"`
}

// Default returns the configuration of an empty [rtp] table.
func Default() Config {
	return Config{
		Ports:     "16384-16482",
		Codecs:    []string{"G722", "PCMA", "PCMU"},
		Ptime:     20 * time.Millisecond,
		JitterMin: 10 * time.Millisecond,
		JitterMax: 500 * time.Millisecond,
	}
}

// ConfigFault is one value that cannot be used: the key as written in the file, the offending text, and what would be right.
type ConfigFault struct{ Key, Text, Want string }

func (f ConfigFault) Error() string {
	return fmt.Sprintf("%s: %q is not usable; want %s", f.Key, f.Text, f.Want)
}

// Check returns every fault of the table.
func (c Config) Check() []ConfigFault {
	var faults []ConfigFault
	bad := func(key, text, want string) { faults = append(faults, ConfigFault{key, text, want}) }
	if _, err := parsePorts(c.Ports); err != nil {
		bad("ports", c.Ports, `a range with room for an even port and the odd one above it, such as "16384-16482"`)
	}
	if len(c.Codecs) == 0 {
		bad("codecs", "", `at least one of "G722", "PCMA" and "PCMU"`)
	}
	for _, name := range c.Codecs {
		if _, ok := codecByName(name); !ok {
			bad("codecs", name, `"G722", "PCMA" or "PCMU"`)
		}
	}
	if !validPtime(c.Ptime) {
		bad("ptime", c.Ptime.String(), `a multiple of 10 ms from "10ms" to "60ms"`)
	}
	if c.JitterMin < 0 || c.JitterMin > 200*time.Millisecond {
		bad("jitter_min", c.JitterMin.String(), `a time from "0ms" to "200ms"`)
	}
	if c.JitterMax < c.JitterMin+60*time.Millisecond || c.JitterMax > time.Second {
		bad("jitter_max", c.JitterMax.String(), `a time from 60 ms above jitter_min to "1s"`)
	}
	return faults
}

func validPtime(d time.Duration) bool {
	return d >= 10*time.Millisecond && d <= 60*time.Millisecond && d%(10*time.Millisecond) == 0
}

// ports is a range of UDP ports, both ends included, cut to start at an even port and to end at an odd one.
type ports struct{ first, last uint16 }

func parsePorts(text string) (ports, error) {
	low, high, ok := strings.Cut(text, "-")
	first, err1 := strconv.ParseUint(strings.TrimSpace(low), 10, 16)
	last, err2 := strconv.ParseUint(strings.TrimSpace(high), 10, 16)
	if !ok || err1 != nil || err2 != nil || first == 0 {
		return ports{}, fmt.Errorf("port range %q is not two port numbers with a dash between them", text)
	}
	// RFC 3550 §11: "RTP SHOULD use an even destination port number and the corresponding RTCP stream SHOULD use the next
	// higher (odd) destination port number."
	p := ports{uint16((first + 1) &^ 1), uint16(last)}
	if last%2 == 0 {
		p.last = uint16(last - 1)
	}
	if last == 0 || first == 65535 || p.first >= p.last {
		return ports{}, fmt.Errorf("port range %q has no even port with the odd one above it", text)
	}
	return p, nil
}

// pairs is the number of calls that the range has room for.
func (p ports) pairs() int { return (int(p.last) - int(p.first) + 1) / 2 }
