package station

import "time"

// A Group is telephones that are called together: through its steps, until somebody answers.
type Group struct {
	// Name is what stands after "group:" where it is called.
	Name string `toml:"name"`
	// Steps come one after the other.
	Steps []Step `toml:"step"`
	// RingLimit ends the group after this time, whatever its steps say; 0 leaves it to them.
	RingLimit time.Duration `toml:"ring_limit"`
	// Schedule is when the group is called at all; empty: always.
	Schedule string `toml:"schedule"`
	// Account is the [[account]] that calls; empty means that of the button.
	Account string `toml:"account"`
}

// A Step is what a group calls at one time.
type Step struct {
	// Call lists the targets, which ring together: SIP URIs, bare users of an account that has a registrar, and
	// "group:name" for a group.
	Call []string `toml:"call"`
	// Delay is how long after the step before this one begins, while the others ring on. It begins at once where they have
	// given up; 0 waits for that.
	Delay time.Duration `toml:"delay"`
	// RingTime is how long each target rings; 0 takes that of the station.
	RingTime time.Duration `toml:"ring_time"`
	// Schedule is when the step is called at all; empty: always.
	Schedule string `toml:"schedule"`
	// Confirm asks who lifts to press 1 before he talks to the visitor, so that no voicemail does.
	Confirm bool `toml:"confirm"`
}

// groupPrefix stands before the name of a group in a list of targets.
const groupPrefix = "group:"

// A Diversion sends callers elsewhere while a schedule is on.
type Diversion struct {
	Schedule string `toml:"schedule"`
	// To is a SIP URI.
	To string `toml:"to"`
}
