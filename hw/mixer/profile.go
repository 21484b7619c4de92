package mixer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// profile is what a kind of card needs to be heard and to hear.
type profile struct {
	name     string
	fits     func(*Card) bool
	settings []setting
}

type setting struct {
	control, value string
	optional       bool // not every card of the kind has it
}

// The profiles that are no profiles.
const (
	Auto = "auto" // the one that fits the card, if any does
	None = "none"
)

// Settings is what a card is to be set to.
type Settings struct {
	// Profile is Auto (which empty means too), None or one of Profiles.
	Profile string

	// Controls are values by the names of their controls. They go before those of the profile.
	Controls map[string]string
}

// Profiles lists the names of the profiles.
func Profiles() []string {
	var names []string
	for _, p := range profiles() {
		names = append(names, p.name)
	}
	return names
}

// ProfileOf is the name of the profile that fits a card, empty if none does.
func (c *Card) ProfileOf() string {
	for _, p := range profiles() {
		if p.fits(c) {
			return p.name
		}
	}
	return ""
}

// Apply sets a card's controls, and says which profile it took, empty for none. What cannot be set is told, and the rest is set
// all the same.
func (c *Card) Apply(s Settings) (profile string, faults []error) {
	p, err := c.choose(s.Profile)
	if err != nil {
		faults = append(faults, err)
	}
	for _, one := range p.settings {
		if s.has(one.control) {
			continue
		}
		err := c.Set(one.control, one.value)
		var unknown unknownControl
		if err != nil && !(one.optional && errors.As(err, &unknown)) {
			faults = append(faults, fmt.Errorf("profile %s: %w", p.name, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Controls)) {
		if err := c.Set(name, s.Controls[name]); err != nil {
			faults = append(faults, err)
		}
	}
	return p.name, faults
}

func (s Settings) has(control string) bool {
	for name := range s.Controls {
		if strings.EqualFold(name, control) {
			return true
		}
	}
	return false
}

// choose finds the profile of a name; an empty one where there is none.
func (c *Card) choose(name string) (profile, error) {
	if name == None {
		return profile{}, nil
	}
	if name == Auto || name == "" {
		name = c.ProfileOf()
	}
	for _, p := range profiles() {
		if p.name == name {
			return p, nil
		}
	}
	if name == "" {
		return profile{}, nil
	}
	return profile{}, fmt.Errorf("mixer: no profile is called %q; there are: %s", name, strings.Join(Profiles(), ", "))
}

// isCalled tells whether a card has one of some ALSA ids. A second card of a kind has "_1" behind the id of the first.
func isCalled(ids ...string) func(*Card) bool {
	return func(c *Card) bool {
		id, _, _ := strings.Cut(c.ID, "_")
		return slices.Contains(ids, id)
	}
}
