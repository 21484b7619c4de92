package doctor

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// Bundle writes what helps somebody else to find a fault into a .tar.gz: the report, the configuration, excerpts of what the
// kernel says of lines, cards and networks. Passwords, codes and, unless keepNames is set, names for logging in are in none
// of it.
func Bundle(file string, s Subject, r Report, keepNames bool) (err error) {
	config, secrets, err := redacted(s, keepNames)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	b := bundle{scrubber: newScrubber(secrets), subject: s, report: r}
	b.zip = gzip.NewWriter(out)
	b.tar = tar.NewWriter(b.zip)
	if err := b.write(config); err != nil {
		return err
	}
	return errors.Join(b.tar.Close(), b.zip.Close())
}

// redacted is the configuration without its secrets; without any configuration there is nothing to hide.
func redacted(s Subject, keepNames bool) (text []byte, secrets []string, err error) {
	if s.Source.Path == "" {
		return []byte("# There is no configuration that can be read.\n"), nil, nil
	}
	return s.Source.Redacted(keepNames)
}

type bundle struct {
	scrubber
	subject Subject
	report  Report
	tar     *tar.Writer
	zip     io.WriteCloser
}

func (b *bundle) write(config []byte) error {
	// Before they are written: what is quoted twice is hard to find.
	findings := slices.Clone(b.report.Findings)
	for i, f := range findings {
		findings[i].Found, findings[i].Do = b.scrub(f.Found), b.scrub(f.Do)
	}
	b.report.Findings = findings
	var text strings.Builder
	asJSON, err := json.MarshalIndent(b.report, "", "  ")
	if err := errors.Join(err, b.report.WriteText(&text)); err != nil {
		return err
	}
	parts := []struct{ name, text string }{
		{"report.json", string(asJSON) + "\n"},
		{"report.txt", text.String()},
		{"intercom.toml", string(config)},
		{"lines.txt", b.lines()},
		{"network.txt", b.network()},
		{"kernel.txt", b.kernelLog()},
	}
	for _, p := range parts {
		if err := b.add(p.name, p.text); err != nil {
			return err
		}
	}
	return b.files()
}

// mostOfAFile is kept, in octets: its end, where the newest is.
const mostOfAFile = 256 << 10

// add adds a text, without the secrets in it.
func (b *bundle) add(name, text string) error {
	text = b.scrub(text[max(0, len(text)-mostOfAFile):])
	h := &tar.Header{Name: path.Join("intercom-report", name), Mode: 0o600, Size: int64(len(text)), ModTime: b.report.Time, Format: tar.FormatPAX}
	if err := b.tar.WriteHeader(h); err != nil {
		return err
	}
	_, err := io.WriteString(b.tar, text)
	return err
}

// files adds what the kernel and the system say of themselves.
func (b *bundle) files() error {
	for _, pattern := range []string{
		"etc/os-release", "proc/version", "proc/cmdline", "proc/meminfo", "proc/mounts", "proc/uptime",
		"proc/asound/cards", "proc/asound/version", "proc/asound/pcm",
		"proc/asound/card[0-9]*/id", "proc/asound/card[0-9]*/usbid", "proc/asound/card[0-9]*/stream[0-9]*", "proc/asound/card[0-9]*/pcm*/sub0/hw_params",
		"boot/firmware/config.txt", "boot/config.txt",
	} {
		for _, name := range b.subject.glob(pattern) {
			if text := b.subject.read(name); text != "" {
				if err := b.add(path.Join("files", name), text+"\n"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// lines lists all lines with who has taken them.
func (b *bundle) lines() string {
	var out strings.Builder
	for _, c := range b.subject.Survey(b.subject.Config.Board).Chips {
		fmt.Fprintf(&out, "%s %s\n", c.Path, c.Label)
		for i, l := range c.Lines {
			fmt.Fprintf(&out, "  %3d %-20q %s\n", i, l.Name, l.Holder())
		}
	}
	return out.String()
}

// network lists interfaces, routes and name servers; keys and hardware addresses are not asked for.
func (b *bundle) network() string {
	var out strings.Builder
	links, err := b.subject.Links()
	if err != nil {
		fmt.Fprintln(&out, err)
	}
	for _, l := range links {
		fmt.Fprintf(&out, "%d %s up=%v %v\n", l.Index, l.Name, l.Up, l.Addresses)
	}
	fmt.Fprintf(&out, "name servers: %s\n", b.subject.nameServers())
	for _, name := range []string{"proc/net/route", "proc/net/wireless"} {
		fmt.Fprintf(&out, "/%s\n%s\n", name, b.subject.read(name))
	}
	return out.String()
}

// telling is what a line of the kernel's log must have to say something about a station.
func telling() []string {
	return []string{"gpio", "mmc", "ext4", "i/o error", "usb", "snd", "asoc", "i2s", "i2c", "wm8960", "audio", "volt", "throttl", "thermal",
		"oom", "killed", "watchdog", "brcmfmac", "wlan", "eth0", "rcu", "panic", "oops"}
}

// kernelLog is the kernel's log, as far as it is of use.
func (b *bundle) kernelLog() string {
	text, err := b.subject.KernelLog()
	if err != nil {
		return fmt.Sprintf("The kernel's log cannot be read: %v; sudo intercom doctor\n", err)
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		lower := strings.ToLower(line)
		for _, word := range telling() {
			if strings.Contains(lower, word) {
				out.WriteString(line)
				break
			}
		}
	}
	return out.String()
}
