package doctor

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"intercom/board"
	"intercom/configs"
	"intercom/ua"
)

// house is a station that is well, as its configuration file.
const house = `
[[button]]
name = "bell"
line = "GPIO17"
call = ["11"]
[[door]]
name = "front"
relay = "GPIO27"
code = "739164"
[[account]]
name = "box"
aor = "sip:door@fritz.box"
password = "a long password"
registrar = "sip:fritz.box"
`

// well is a computer on which all is well: a Raspberry Pi with a USB card on a cable.
func well(t *testing.T) Subject {
	t.Helper()
	c, faults := configs.Check("intercom.toml", []byte(house))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return Subject{
		Version: "intercom test", Path: "/etc/intercom.toml", Config: c, Now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC),
		Computer: Computer{
			Files: fstest.MapFS{
				"etc/intercom.toml":                    {Data: []byte(house), Mode: 0o640},
				"etc/os-release":                       text(`PRETTY_NAME="Debian GNU/Linux 13 (trixie)"`),
				"etc/resolv.conf":                      text("nameserver 192.0.2.1\n"),
				"proc/device-tree/model":               text("Raspberry Pi Zero 2 W Rev 1.0\x00"),
				"proc/sys/kernel/osrelease":            text("6.12.47+rpt-rpi-v8\n"),
				"proc/meminfo":                         text("MemTotal:  429000 kB\nMemFree: 1000 kB\nMemAvailable:  300000 kB\n"),
				"proc/mounts":                          text("/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n/dev/mmcblk0p1 /boot/firmware vfat rw 0 0\n"),
				"proc/net/route":                       text("Iface Destination Gateway Flags\neth0\t00000000\t010200C0\t0003\n"),
				"proc/net/arp":                         text("IP address HW type Flags HW address Mask Device\n192.0.2.1 0x1 0x2 02:fc:00:00:00:01 * eth0\n"),
				"proc/uptime":                          text("4000.55 100\n"),
				"proc/42/comm":                         text("intercom\n"),
				"proc/42/cmdline":                      text("intercom\x00run\x00"),
				"proc/42/stat":                         text("42 (intercom) S" + strings.Repeat(" 1", 18) + " 2000 0 0"),
				"proc/42/limits":                       text("Limit Soft Hard Units\nMax realtime priority     50      50     \n"),
				"sys/class/thermal/thermal_zone0/temp": text("47000\n"),
				"sys/devices/platform/soc/soc:firmware/get_throttled":         text("0\n"),
				"boot/firmware/config.txt":                                    text("dtparam=strict_gpiod\n"),
				"run/systemd/system":                                          {Mode: fs.ModeDir | 0o755},
				"lib/systemd/system/intercom.service":                         text("[Unit]"),
				"etc/systemd/system/multi-user.target.wants/intercom.service": text("[Unit]"),
				"var/lib/intercom":                                            {Mode: fs.ModeDir | 0o700},
			},
			Survey: func(c board.Config) board.Survey { return pi(c) },
			Cards:  func() ([]board.SoundInfo, error) { return usb(), nil },
			Mixer: func(string) ([]board.MixerControl, error) {
				return []board.MixerControl{{Name: "Speaker Playback Volume", Kind: "level", Values: []int{20, 20}, Max: 37, Writable: true}}, nil
			},
			Links: func() ([]Link, error) { return wired(), nil },
			Knock: func(netip.Addr) error { return nil },
			Lookup: func(context.Context, string) ([]netip.Addr, error) {
				return []netip.Addr{netip.MustParseAddr("192.0.2.1")}, nil
			},
			PowerSave: func(int) (bool, error) { return false, nil },
			Synced:    func() (bool, error) { return true, nil },
			Space:     func(string) (Space, error) { return Space{Total: 16 << 30, Free: 8 << 30}, nil },
			Probe: func(context.Context, ua.Config, ua.Account) ua.Probed {
				return ua.Probed{Servers: []ua.ProbedServer{{Transport: "UDP", Remote: netip.MustParseAddrPort("192.0.2.1:5060"), Options: 200, Register: 200,
					Asked: true, Bindings: []string{"<sip:door@192.0.2.9>"}, RoundTrip: 3 * time.Millisecond}}}
			},
		},
	}
}

func text(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s), Mode: 0o644} }

func wired() []Link {
	return []Link{{Name: "lo", Up: true, Loopback: true}, {Name: "eth0", Index: 2, Up: true, Addresses: []netip.Prefix{netip.MustParsePrefix("192.0.2.9/24")}}}
}

func (s Subject) file(name, content string) {
	s.Files.(fstest.MapFS)[name] = text(content)
}

func (s Subject) without(name string) { delete(s.Files.(fstest.MapFS), name) }

// find is the first finding of an ID that is no better than a level.
func find(t *testing.T, r Report, id string, level Level) Finding {
	t.Helper()
	for _, f := range r.Findings {
		if strings.HasPrefix(f.ID, id) && f.Level == level {
			return f
		}
	}
	t.Fatalf("nothing of %s is a %s in\n%+v", id, level, r.Findings)
	return Finding{}
}

func TestAWellStation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Examine(t.Context(), well(t))
		for _, f := range r.Findings {
			if f.Level != OK {
				t.Errorf("%+v", f)
			}
		}
		if r.Worst != OK || len(r.Findings) < 20 {
			t.Errorf("%d findings, the worst %q", len(r.Findings), r.Worst)
		}
	})
}

func TestFindings(t *testing.T) {
	for _, c := range []struct {
		name  string
		id    string
		level Level
		want  string // in what was found or what to do
		spoil func(s *Subject)
	}{
		{"no configuration", "config.file", Fault, "Copy a sample", func(s *Subject) { s.Path, s.Fault = "", errors.New("there is no configuration") }},
		{"a fault in it", "config.file", Fault, "line 15, column 1", func(s *Subject) { _, faults := configs.Check("x.toml", []byte(house+"typo = 1\n")); s.Fault = faults }},
		{"a file that Windows has given another name", "config.overlooked", Warning, "intercom.toml.txt is not read", func(s *Subject) {
			s.Overlooked = []string{filepath.Join(t.TempDir(), "intercom.toml")}
			if err := os.WriteFile(s.Overlooked[0]+".txt", nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"a station that goes by the last good one", "config.last-good", Note, "good last", func(s *Subject) {
			_, faults := configs.Check("x.toml", []byte(house+"typo = 1\n"))
			s.Fault = faults
			s.file("etc/intercom.fault.txt", "refused")
		}},
		{"everybody may read it", "config.readable", Warning, "chmod o-r", func(s *Subject) { s.file("etc/intercom.toml", house) }},
		{"a weak code", "config.code.front", Warning, "allow_weak_code", func(s *Subject) { s.Config.Station.Doors[0].AllowWeakCode = true }},
		{"a short code", "config.code.front", Note, "fewer than 6", func(s *Subject) { s.Config.Station.Doors[0].Code = "7391" }},
		{"everybody listens", "config.listening", Warning, "Every telephone", func(s *Subject) { s.Config.Station.AllowIncoming = []string{"*"}; s.Config.Station.AutoAnswer = true }},
		{"a wide network", "config.allow", Warning, "10.0.0.0/8", func(s *Subject) { s.Config.SIP.Allow = []string{"10.0.0.0/8"} }},
		{"a short password", "config.password.box", Warning, "overhears", func(s *Subject) { s.Config.Accounts[0].Password = "1234567" }},

		{"an old kernel", "board.kernel", Fault, "5.10", func(s *Subject) { s.file("proc/sys/kernel/osrelease", "4.19.1-v7+") }},
		{"hot", "board.temperature", Warning, "78 °C", func(s *Subject) { s.file("sys/class/thermal/thermal_zone0/temp", "78123") }},
		{"too hot", "board.temperature", Fault, "heat sink", func(s *Subject) { s.file("sys/class/thermal/thermal_zone0/temp", "86000") }},
		{"kept slow", "board.clock-rate", Warning, "600 MHz of 1000", func(s *Subject) {
			s.file("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "600000")
			s.file("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "1000000")
			s.file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave")
		}},
		{"too little voltage now", "board.power", Fault, "too low now", func(s *Subject) { s.file("sys/devices/platform/soc/soc:firmware/get_throttled", "50005") }},
		{"too little voltage once", "board.power", Warning, "since the start", func(s *Subject) { s.file("sys/devices/platform/soc/soc:firmware/get_throttled", "50000") }},
		{"the alarm of the sensor", "board.power", Fault, "too low", func(s *Subject) {
			s.without("sys/devices/platform/soc/soc:firmware/get_throttled")
			s.file("sys/class/hwmon/hwmon1/name", "rpi_volt")
			s.file("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1")
		}},
		{"no memory", "board.memory", Warning, "Only 9 MB", func(s *Subject) { s.file("proc/meminfo", "MemTotal: 429000 kB\nMemAvailable: 10000 kB\n") }},
		{"a full disk", "board.disk", Warning, "full", func(s *Subject) {
			s.Space = func(string) (Space, error) { return Space{Total: 1 << 30, Free: 1 << 20}, nil }
		}},
		{"read-only after errors", "board.disk", Warning, "nobody asked", func(s *Subject) { s.Space = func(string) (Space, error) { return Space{ReadOnly: true}, nil } }},
		{"read-only by choice", "board.disk", OK, "fstab", func(s *Subject) {
			s.Space = func(string) (Space, error) { return Space{ReadOnly: true}, nil }
			s.file("etc/fstab", "/dev/mmcblk0p2 / ext4 defaults,ro 0 1\n")
		}},
		{"a dying card", "board.card", Warning, "3 errors", func(s *Subject) {
			s.file("sys/block/mmcblk0/device/name", "SC16G")
			s.file("sys/fs/ext4/mmcblk0p2/errors_count", "3")
		}},

		{"no permission for lines", "lines.chips", Fault, "adduser door gpio", func(s *Subject) {
			s.Survey = func(board.Config) board.Survey {
				return board.Survey{ChipsErr: errors.New("gpioline: open /dev/gpiochip0: permission denied; add the user to its group with \"adduser door gpio\"")}
			}
		}},
		{"no lines at all", "lines.chips", Fault, "pin header", func(s *Subject) { s.Survey = func(board.Config) board.Survey { return board.Survey{} } }},
		{"a line that is not there", "lines.door.front", Fault, "intercom devices", func(s *Subject) {
			s.take(0, func(w *board.Wired) { w.Err = errors.New("gpioline: no line is \"GPIO99\"") })
		}},
		{"a line of the SPI bus", "lines.door.front", Fault, "dtparam=spi=off", func(s *Subject) { s.take(0, func(w *board.Wired) { w.At.Used, w.At.Consumer = true, "spi0 CS0" }) }},
		{"a line of the running station", "lines.door.front", OK, "the station that runs", func(s *Subject) {
			s.take(0, func(w *board.Wired) { w.At.Used, w.At.Consumer = true, "intercom door front" })
		}},
		{"a line of a station with an old configuration", "lines.door.front", Warning, "restart intercom", func(s *Subject) {
			s.take(0, func(w *board.Wired) { w.At.Used, w.At.Consumer = true, "intercom button bell" })
		}},
		{"a relay that stays after death", "relays.after-death", Warning, "dtparam=strict_gpiod", func(s *Subject) { s.keep("Y") }},
		{"a kernel that does not say", "relays.after-death", Note, "guard", func(s *Subject) { s.keep("") }},
		{"a relay that closes while the system starts", "relays.at-boot.front", Warning, "gpio=27=op,dh", func(s *Subject) { s.take(0, func(w *board.Wired) { w.ActiveLow = true }) }},
		{"one that config.txt keeps at rest", "relays.at-boot.front", OK, "at rest", func(s *Subject) {
			s.take(0, func(w *board.Wired) { w.ActiveLow = true })
			s.file("boot/firmware/config.txt", "# mine\r\ngpio=4,26-27=op,dh\r\n")
		}},
		{"one that config.txt switches on", "relays.at-boot.front", Fault, "switches the relay on", func(s *Subject) { s.file("boot/firmware/config.txt", "gpio=27=op,dh\n") }},

		{"no card", "sound.card", Fault, "dtoverlay", func(s *Subject) { s.Cards = func() ([]board.SoundInfo, error) { return nil, nil } }},
		{"another card is wanted", "sound.card", Fault, "wm8960", func(s *Subject) { s.Config.Sound.Card = "wm8960" }},
		{"a card without microphone", "sound.card", Fault, "microphone", func(s *Subject) {
			s.Cards = func() ([]board.SoundInfo, error) { c := usb(); c[0].Capture = nil; return c, nil }
		}},
		{"two cards for one", "sound.card", Warning, "clocks differ", func(s *Subject) {
			s.Cards = func() ([]board.SoundInfo, error) {
				return []board.SoundInfo{{Name: "a", Capture: usb()[0].Capture}, {Name: "b", Playback: usb()[0].Playback}}, nil
			}
		}},
		{"a volume at its least", "sound.mixer", Warning, `"Speaker Playback Volume" = "80%"`, func(s *Subject) {
			s.Mixer = func(string) ([]board.MixerControl, error) {
				return []board.MixerControl{{Name: "Speaker Playback Volume", Kind: "level", Values: []int{0, 0}, Max: 37, Writable: true}}, nil
			}
		}},
		{"a mixer that says nothing", "sound.mixer", Skipped, "mixer", func(s *Subject) {
			s.Mixer = func(string) ([]board.MixerControl, error) { return nil, errors.New("mixer: no permission") }
		}},
		{"no sound wanted", "sound.card", Note, "none", func(s *Subject) { s.Config.Sound.Card = "none" }},
		{"a card that sleeps", "sound.usb-sleep", Note, `ATTR{idVendor}=="0d8c"`, func(s *Subject) {
			s.file("proc/asound/card1/usbbus", "001/004")
			s.file("proc/asound/card1/id", "Device")
			s.Files.(fstest.MapFS)["sys/class/sound/card1"] = &fstest.MapFile{Data: []byte("../../devices/usb1/1-1/1-1:1.0/sound/card1"), Mode: fs.ModeSymlink}
			s.file("sys/devices/usb1/1-1/power/control", "auto\n")
			s.file("sys/devices/usb1/1-1/idVendor", "0d8c\n")
		}},

		{"no network", "network.address", Fault, "cable", func(s *Subject) { s.Links = func() ([]Link, error) { return wired()[:1], nil } }},
		{"nobody gives addresses", "network.address", Warning, "DHCP", func(s *Subject) {
			s.Links = func() ([]Link, error) {
				l := wired()
				l[1].Addresses = []netip.Prefix{netip.MustParsePrefix("169.254.3.4/16")}
				return l, nil
			}
		}},
		{"no router", "network.gateway", Warning, "does not answer", func(s *Subject) { s.file("proc/net/arp", "192.0.2.1 0x1 0x0 00:00:00:00:00:00 * eth0\n") }},
		{"no route", "network.gateway", Note, "gateway", func(s *Subject) { s.without("proc/net/route") }},
		{"a radio that sleeps", "network.wifi-sleep", Warning, "power_save off", func(s *Subject) {
			s.file("sys/class/net/eth0/wireless/x", "")
			s.PowerSave = func(int) (bool, error) { return true, nil }
		}},
		{"a radio that says nothing", "network.wifi-sleep", Skipped, "iw dev eth0 get power_save", func(s *Subject) {
			s.file("sys/class/net/eth0/wireless/x", "")
			s.PowerSave = func(int) (bool, error) { return false, errors.New("no nl80211") }
		}},
		{"a faint radio", "network.wifi-signal", Warning, "-80 dBm", func(s *Subject) {
			s.file("sys/class/net/eth0/wireless/x", "")
			s.file("proc/net/wireless", "Inter-| sta\n eth0: 0000   40.  -80.  -256        0\n")
		}},
		{"no name server", "network.names", Fault, "asked were: 192.0.2.1", func(s *Subject) {
			s.Lookup = func(context.Context, string) ([]netip.Addr, error) {
				return nil, &net.DNSError{Err: "i/o timeout", IsTimeout: true}
			}
		}},
		{"a name that nobody knows", "network.names", Note, "know no address", func(s *Subject) {
			s.Lookup = func(context.Context, string) ([]netip.Addr, error) {
				return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
			}
		}},
		{"a clock in 1970", "network.clock", Fault, "1970-01-01", func(s *Subject) { s.Now = time.Unix(60, 0).UTC() }},
		{"a clock in 1970 and TLS", "network.clock", Fault, "certificate is refused", func(s *Subject) {
			s.Now = time.Unix(60, 0).UTC()
			s.Config.Accounts[0].Registrar = "sips:fritz.box"
		}},
		{"a clock that nobody keeps", "network.clock", Warning, "set-ntp", func(s *Subject) { s.Synced = func() (bool, error) { return false, nil } }},

		{"another program on the port", "sip.port", Fault, `"asterisk"`, func(s *Subject) {
			s.file("proc/net/udp", "  sl\n  1: 00000000:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 777 2\n")
			s.file("proc/7/comm", "asterisk")
			s.Files.(fstest.MapFS)["proc/7/fd/3"] = &fstest.MapFile{Data: []byte("socket:[777]"), Mode: fs.ModeSymlink}
		}},
		{"the station that runs on the port", "sip.port", OK, "the station that runs", func(s *Subject) {
			s.file("proc/net/udp6", "  sl\n  1: 00000000000000000000000000000000:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 777 2\n")
			s.Files.(fstest.MapFS)["proc/42/fd/3"] = &fstest.MapFile{Data: []byte("socket:[777]"), Mode: fs.ModeSymlink}
		}},
		{"somebody on the port", "sip.port", Note, "only root", func(s *Subject) {
			s.file("proc/net/tcp", "  sl\n  1: 00000000:13C4 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 777 2\n")
		}},

		{"the station does not run", "service.running", Note, "journalctl", func(s *Subject) { s.without("proc/42/comm") }},
		{"the station under systemd, with its guard", "service.running", OK, "process 43", func(s *Subject) {
			s.file("sys/fs/cgroup/system.slice/intercom.service/cgroup.procs", "42\n43\n")
			s.file("proc/42/cmdline", "intercom\x00guard\x00soc:27")
			s.file("proc/43/cmdline", "intercom\x00run")
			s.file("proc/43/stat", "43 (intercom) S"+strings.Repeat(" 1", 18)+" 2000 0 0")
		}},
		{"the station was restarted", "service.running", Note, "50m0s after the system", func(s *Subject) {
			s.file("proc/42/stat", "42 (inter) com) S"+strings.Repeat(" 1", 18)+" 300000 0 0")
		}},
		{"nothing starts it", "service.unit", Warning, "systemctl enable", func(s *Subject) { s.without("etc/systemd/system/multi-user.target.wants/intercom.service") }},
		{"a full disk for its state", "service.state", Warning, "is full", func(s *Subject) {
			s.Space = func(path string) (Space, error) { return Space{Total: 1 << 30, Free: 1 << 20}, nil }
		}},
		{"no writing of its state", "service.state", Note, "is read-only: lock-outs", func(s *Subject) {
			s.Space = func(path string) (Space, error) { return Space{Total: 1 << 30, Free: 1 << 30, ReadOnly: true}, nil }
		}},
		{"others may write its state", "service.state", Fault, "chmod 700", func(s *Subject) { s.Files.(fstest.MapFS)["var/lib/intercom"].Mode = fs.ModeDir | 0o777 }},
		{"no real-time priority", "service.real-time", Note, "LimitRTPRIO", func(s *Subject) { s.file("proc/42/limits", "Max realtime priority 0 0\n") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := well(t)
				c.spoil(&s)
				r := Examine(t.Context(), s)
				f := find(t, r, c.id, c.level)
				if !strings.Contains(f.Found+" "+f.Do, c.want) {
					t.Errorf("want %q in %+v", c.want, f)
				}
				if (c.level == Fault || c.level == Warning) && f.Do == "" {
					t.Errorf("nothing to do about %+v", f)
				}
				if c.level == Fault && r.Worst != Fault {
					t.Errorf("the worst is %q", r.Worst)
				}
				readable(t, r)
			})
		})
	}
}

// readable holds the text to 80 columns, but for what cannot be broken.
func readable(t *testing.T, r Report) {
	t.Helper()
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		line = strings.TrimRight(line, "\n")
		if utf8.RuneCountInString(line) > width && len(strings.Fields(line)) > 2 {
			t.Errorf("a line of %d columns: %q", utf8.RuneCountInString(line), line)
		}
		if strings.ContainsAny(line, "\x1b\x00\r\t") {
			t.Errorf("a line for no terminal: %q", line)
		}
	}
}

func usb() []board.SoundInfo {
	one := board.SoundInfo{Name: "USB Audio Device", ID: "Device", Default: true}
	one.Capture = append(one.Capture, board.SoundFormat{Rate: 48000, Channels: 1, Sample: "S16"})
	one.Playback = append(one.Playback, board.SoundFormat{Rate: 48000, Channels: 2, Sample: "S16"})
	return []board.SoundInfo{one}
}

// pi is a Raspberry Pi with the wires of a configuration, all free.
func pi(c board.Config) board.Survey {
	s := board.Survey{Model: "Raspberry Pi", KeepsOutputs: "N", Chips: []board.Chip{{Path: "/dev/gpiochip0", Label: "pinctrl-bcm2835", Lines: make([]board.Line, 54)}}}
	s.Wired = []board.Wired{
		{Use: "door front", Line: "GPIO27", Output: true, ActiveLow: c.Doors[0].ActiveLow, At: board.Place{Chip: "pinctrl-bcm2835", Offset: 27}},
		{Use: "button bell", Line: "GPIO17", At: board.Place{Chip: "pinctrl-bcm2835", Offset: 17}},
	}
	return s
}

// take changes one of the wires.
func (s *Subject) take(i int, change func(*board.Wired)) {
	before := s.Survey
	s.Survey = func(c board.Config) board.Survey {
		survey := before(c)
		change(&survey.Wired[i])
		return survey
	}
}

func (s *Subject) keep(setting string) {
	before := s.Survey
	s.Survey = func(c board.Config) board.Survey {
		survey := before(c)
		survey.KeepsOutputs = setting
		return survey
	}
}

// Whatever does not answer, a run ends, and says so.
func TestARunEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := well(t)
		s.file("proc/net/arp", "")
		s.Lookup = func(ctx context.Context, _ string) ([]netip.Addr, error) { <-ctx.Done(); return nil, ctx.Err() }
		s.Probe = func(ctx context.Context, _ ua.Config, _ ua.Account) ua.Probed {
			<-ctx.Done()
			return ua.Probed{Servers: []ua.ProbedServer{{Transport: "UDP", Remote: netip.MustParseAddrPort("192.0.2.1:5060"), Err: errors.New("no answer")}}}
		}
		began := time.Now()
		r := Examine(t.Context(), s)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		for _, id := range []string{"network.names", "sip.account.box"} {
			find(t, r, id, Fault)
		}
		find(t, r, "network.gateway", Warning)
	})
}
