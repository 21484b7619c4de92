package mixer

import (
	"fmt"
	"slices"
	"strings"
)

// find looks a control up by its name; letter case does not count.
func (c *Card) find(name string) (elementID, error) {
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		for _, id := range c.ids {
			if same(nameOf(id), name) {
				return id, nil
			}
		}
	}
	return elementID{}, c.unknown(name)
}

// unknownControl is an error that names the controls that may have been meant.
type unknownControl struct {
	card, name string
	near       []string
}

func (u unknownControl) Error() string {
	if len(u.near) == 0 {
		return fmt.Sprintf("mixer: %s has no control %q, nor any other", u.card, u.name)
	}
	return fmt.Sprintf("mixer: %s has no control %q; the nearest are: %s", u.card, u.name, strings.Join(u.near, ", "))
}

// nearest is how many controls are named in place of one that is not there.
const nearest = 3

func (c *Card) unknown(name string) error {
	type candidate struct {
		name string
		far  int
	}
	var all []candidate
	for _, id := range c.ids {
		all = append(all, candidate{nameOf(id), apart(name, nameOf(id))})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return a.far - b.far })
	u := unknownControl{card: c.ID, name: name}
	for _, one := range all[:min(nearest, len(all))] {
		u.near = append(u.near, fmt.Sprintf("%q", one.name))
	}
	return u
}

// apart says how far two names are apart: by their words first, for people leave some away, then by how they begin.
func apart(a, b string) int {
	const word = 16
	wanted, has := strings.Fields(strings.ToLower(a)), strings.Fields(strings.ToLower(b))
	far := 0
	for _, w := range wanted {
		if !slices.Contains(has, w) {
			far += word - min(longestStart(w, has), word/2)
		}
	}
	return far*word + len(has)
}

// longestStart is how many letters a word has in common with the start of one of others.
func longestStart(w string, others []string) int {
	longest := 0
	for _, o := range others {
		n := 0
		for n < min(len(w), len(o)) && w[n] == o[n] {
			n++
		}
		longest = max(longest, n)
	}
	return longest
}
