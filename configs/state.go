package configs

import (
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
)

// State is the [state] table: what outlives a restart.
type State struct {
	// Dir is the directory for it. Empty: nothing outlives a restart.
	Dir string `toml:"dir"`

	// AuditSize is what the log of who rang and opened may grow to, in KiB, before its older half is dropped. 0 keeps none; 1024
	// by default, which is about 3,000 records.
	AuditSize int `toml:"audit_size"`
}

// DefaultStateDir is where programs keep their state (file-hierarchy(7), hier(7)).
const DefaultStateDir = "/var/lib/intercom"

func state(l *faultList, s State) {
	if s.Dir != "" && !filepath.IsAbs(s.Dir) {
		l.value("state.dir", `write a whole path such as "`+DefaultStateDir+`", or "" to keep nothing`, "dir cannot be %q", brief(s.Dir))
	}
	if s.AuditSize != 0 && (s.AuditSize < 64 || s.AuditSize > 64<<10) {
		l.value("state.audit_size", "write a number of KiB from 64 to 65536, or 0 to keep no log", "audit_size cannot be %d", s.AuditSize)
	}
}

// stateDirIn finds the directory for the state in a text that is too broken for the rest of it, so that the configuration that was good
// last is found: the dir of a line in [state] that is whole. It is empty if there is none.
func stateDirIn(text string) string {
	inState := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			inState = strings.HasPrefix(line, "[state]")
			continue
		}
		key, _, _ := strings.Cut(line, "=")
		if !inState || strings.TrimSpace(key) != "dir" {
			continue
		}
		var alone struct{ Dir string }
		if _, err := toml.Decode(line, &alone); err == nil && filepath.IsAbs(alone.Dir) {
			return alone.Dir
		}
	}
	return ""
}
