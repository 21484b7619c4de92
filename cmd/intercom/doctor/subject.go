package doctor

import (
	"context"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"intercom/board"
	"intercom/configs"
	"intercom/ua"
)

// Subject is what is looked at: a computer and a configuration.
type Subject struct {
	Computer
	Version string
	Path    string         // of the configuration; empty if there is none
	Source  configs.Files  // its texts, if they can be read
	Config  configs.Config // as far as it has no faults
	Fault   error          // of the configuration: configs.Faults, or why it cannot be read
	Now     time.Time

	// Overlooked are the places before Path at which something lies under a name that is nearly right.
	Overlooked []string
}

// Computer is where the facts about a computer come from.
type Computer struct {
	// Files is the file tree, from its root.
	Files fs.FS

	Survey    func(board.Config) board.Survey
	Cards     func() ([]board.SoundInfo, error)
	Mixer     func(card string) ([]board.MixerControl, error)
	Links     func() ([]Link, error)
	Knock     func(netip.Addr) error // sends something that makes the kernel look for a neighbour
	Lookup    func(ctx context.Context, host string) ([]netip.Addr, error)
	PowerSave func(link int) (on bool, err error)
	Synced    func() (bool, error) // does the kernel's clock follow another?
	Space     func(path string) (Space, error)
	KernelLog func() (string, error)
	Probe     func(context.Context, ua.Config, ua.Account) ua.Probed
}

// Link is one network interface.
type Link struct {
	Name      string
	Index     int
	Up        bool
	Loopback  bool
	Addresses []netip.Prefix
}

// ThisComputer is the one that the program runs on.
func ThisComputer() Computer {
	return Computer{
		Files:  os.DirFS("/"),
		Survey: func(c board.Config) board.Survey { return board.LookAround(c, "/") },
		Cards:  func() ([]board.SoundInfo, error) { return board.Cards(nil) },
		Mixer:  board.MixerControls,
		Links:  interfaces,
		Knock:  knock,
		Lookup: func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		},
		PowerSave: powerSave,
		Synced:    synced,
		Space:     space,
		KernelLog: kernelLog,
		Probe:     probe,
	}
}

// read is a file's text without the white space and noughts around it; empty if it cannot be read.
func (c Computer) read(path string) string {
	text, err := fs.ReadFile(c.Files, path)
	if err != nil {
		return ""
	}
	return strings.Trim(string(text), " \t\r\n\x00")
}

// number is the whole number in a file.
func (c Computer) number(path string) (int64, bool) {
	n, err := strconv.ParseInt(c.read(path), 10, 64)
	return n, err == nil
}

func (c Computer) exists(path string) bool {
	_, err := fs.Stat(c.Files, path)
	return err == nil
}

// glob lists the files that fit a pattern.
func (c Computer) glob(pattern string) []string {
	all, _ := fs.Glob(c.Files, pattern) // the patterns are ours
	slices.Sort(all)
	return all
}

// field is the value behind the first line that begins with a key, as in /proc/meminfo.
func field(text, key string) string {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, key); ok {
			return strings.TrimSpace(strings.TrimLeft(rest, ": \t="))
		}
	}
	return ""
}

// raspberryPi tells whether the computer is one.
func (c Computer) raspberryPi() bool {
	return strings.HasPrefix(c.read("proc/device-tree/model"), "Raspberry Pi")
}

// bootConfig is where the firmware of a Raspberry Pi reads its settings.
func (c Computer) bootConfig() string {
	if c.exists("boot/firmware/config.txt") || !c.exists("boot/config.txt") {
		return "/boot/firmware/config.txt"
	}
	return "/boot/config.txt"
}
