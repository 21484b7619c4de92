package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"strings"

	"intercom/cmd/intercom/configfile"
	"intercom/configs"
)

// mostFaults of a configuration are told; "intercom check" tells all.
const mostFaults = 20

// overlooked tells of configurations that are none because of their names.
func overlooked(_ context.Context, s Subject) []Finding {
	var all []Finding
	for _, place := range s.Overlooked {
		stray := configs.Stray(place)
		all = append(all, warning("config.overlooked", sentence(configs.Rename(stray, place)), "%s is not read: the station goes by %s.", stray, s.Path))
	}
	if stray := s.Source.Stray; stray != "" {
		all = append(all, warning("config.overlooked", sentence(configs.Rename(stray, configs.SecretsPath(s.Path))), "%s is not read.", stray))
	}
	return all
}

// configuration tells its faults.
func configuration(_ context.Context, s Subject) []Finding {
	const id = "config.file"
	var faults configs.Faults
	switch {
	case s.Path == "":
		return []Finding{fault(id, "Copy a sample to /boot/firmware/intercom.toml or /etc/intercom.toml and change it.", "%v", s.Fault)}
	case errors.As(s.Fault, &faults):
	case errors.Is(s.Fault, fs.ErrNotExist):
		return []Finding{fault(id, "", "%v", s.Fault)}
	case s.Fault != nil:
		return []Finding{fault(id, "Make it readable, or name another with -config.", "%v", s.Fault)}
	default:
		return []Finding{ok(id, "%s has no faults", s.Path)}
	}
	var all []Finding
	if told := configfile.FaultPath(s.Path); s.station() != "" && s.exists(rel(told)) {
		all = append(all, note("config.last-good", "Mend what follows; the station then takes the file by itself.",
			"The station that runs has refused %s, as %s says, and goes by what was good last.", s.Path, told))
	}
	for _, f := range faults[:min(len(faults), mostFaults)] {
		all = append(all, fault(id, sentence(f.Want), "%s, line %d, column %d: %s.", f.File, f.Line, f.Column, f.Text))
	}
	if n := len(faults) - mostFaults; n > 0 {
		all = append(all, note(id, "intercom check "+s.Path, "There are %d faults more.", n))
	}
	return all
}

func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// exposure tells of secrets that everybody on the computer may read.
func exposure(_ context.Context, s Subject) []Finding {
	if s.Path == "" {
		return nil
	}
	var all []Finding
	if s.Source.Exposed {
		all = append(all, warning("config.readable", "sudo chmod o-rwx "+configs.SecretsPath(s.Path), "Every user of this computer may read the secrets in %s.", configs.SecretsPath(s.Path)))
	}
	info, err := fs.Stat(s.Files, rel(s.Path))
	if err != nil || info.Mode().Perm()&0o004 == 0 || s.withoutModes(s.Path) || !s.hasSecrets() {
		return all
	}
	return append(all, warning("config.readable", "sudo chmod o-r "+s.Path, "Every user of this computer may read the passwords and codes in %s.", s.Path))
}

func (s Subject) hasSecrets() bool {
	for _, a := range s.Config.Accounts {
		if a.Password != "" {
			return true
		}
	}
	return len(s.Config.Callers) > 0 || slices.ContainsFunc(s.doorCodes(), func(c doorCode) bool { return c.code != "" })
}

// withoutModes tells whether a file is on a file system that cannot keep a secret from anybody: the FAT of the card's boot
// partition.
func (c Computer) withoutModes(file string) bool {
	at, kind := "", ""
	for line := range strings.Lines(c.read("proc/mounts")) {
		f := strings.Fields(line)
		if len(f) > 2 && strings.HasPrefix(file, strings.TrimSuffix(f[1], "/")+"/") && len(f[1]) > len(at) {
			at, kind = f[1], f[2]
		}
	}
	return kind == "vfat" || kind == "exfat"
}

type doorCode struct {
	whose, id string
	code      string
	weak      bool // taken although it is weak
	hashed    bool
}

func (s Subject) doorCodes() []doorCode {
	var all []doorCode
	for _, d := range s.Config.Station.Doors {
		all = append(all, doorCode{fmt.Sprintf("the door %q", d.Name), "config.code." + d.Name, string(d.Code), d.AllowWeakCode, d.Code.Hashed()})
	}
	for _, c := range s.Config.Station.Credentials {
		all = append(all, doorCode{fmt.Sprintf("%q", c.Person), "config.code-of." + c.Person, string(c.Code), c.AllowWeakCode, c.Code.Hashed()})
	}
	return all
}

// goodLength is how many digits a code should have: at five tries a lock-out, a million are out of reach.
const goodLength = 6

// codes tells of those that are easily guessed.
func codes(_ context.Context, s Subject) []Finding {
	var all []Finding
	for _, d := range s.doorCodes() {
		id := strings.ReplaceAll(d.id, " ", "-")
		switch {
		case d.code == "":
		case d.hashed:
			all = append(all, ok(id, "the code of %s is hashed", d.whose))
		case d.weak:
			all = append(all, warning(id, "Choose one of six digits without a pattern, and remove allow_weak_code.", "The code of %s may be one that anybody would try first (allow_weak_code).", d.whose))
		case len(d.code) < goodLength:
			all = append(all, note(id, "Six digits are a hundred times as hard to guess.", "The code of %s has fewer than %d digits.", d.whose, goodLength))
		default:
			all = append(all, ok(id, "the code of %s has %d digits or more", d.whose, goodLength))
		}
	}
	return all
}

// widest is the largest network, as a prefix of IPv4, that should be allowed to call.
const widest = 16

// shortPassword is the length below which a password can be guessed by who has overheard a registration.
const shortPassword = 8

// callers tells who may call the door, where that is more than one would want.
func callers(_ context.Context, s Subject) []Finding {
	var all []Finding
	rules := s.Config.Station
	if slices.Contains(rules.AllowIncoming, "*") {
		do := `Name the telephones that may: allow_incoming = ["11", "12"].`
		if rules.AutoAnswer {
			all = append(all, warning("config.listening", do, `Every telephone may call the door and listen there at once, after a tone (allow_incoming = ["*"], auto_answer).`))
		} else {
			all = append(all, note("config.listening", do, `Every telephone that the telephone system vouches for may call the door (allow_incoming = ["*"]).`))
		}
	}
	for _, text := range s.Config.SIP.Allow {
		if p, err := netip.ParsePrefix(text); err == nil && p.Addr().Is4() && p.Bits() < widest {
			all = append(all, warning("config.allow", "Allow the house's own network only, such as 192.168.178.0/24.", "Calls are taken from the whole of %s (allow of [sip]).", text))
		}
	}
	for _, a := range s.Config.Accounts {
		if n := len(a.Password); n > 0 && n < shortPassword {
			all = append(all, warning("config.password."+label(a), "Choose one of 12 characters or more, there and here.",
				"The password of the account %q has fewer than %d characters: who overhears a registration can work it out.", label(a), shortPassword))
		}
	}
	return all
}
