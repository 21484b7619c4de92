package configs

import "path/filepath"

// State is the [state] table: what outlives a restart.
type State struct {
	// Dir is the directory for it. Empty: nothing outlives a restart.
	Dir string `toml:"dir"`
}

// DefaultStateDir is where programs keep their state (file-hierarchy(7), hier(7)).
const DefaultStateDir = "/var/lib/intercom"

func state(l *faultList, s State) {
	if s.Dir != "" && !filepath.IsAbs(s.Dir) {
		l.value("state.dir", `write a whole path such as "`+DefaultStateDir+`", or "" to keep nothing`, "dir cannot be %q", brief(s.Dir))
	}
}
