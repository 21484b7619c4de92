package soundcard

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// device is one entry of the driver's list.
type device struct {
	index int    // in the driver's list
	id    string // the driver's, such as ":1,0"
	name  string
	alsa  string // the card's ALSA id, such as "Device"; empty if it has none
}

func (d device) String() string {
	if d.alsa != "" {
		return fmt.Sprintf("%q (ALSA id %q)", d.name, d.alsa)
	}
	return strconv.Quote(d.name)
}

// pick finds the one device that want means: by its ALSA id, by its whole name, or by a part of either. Letter case does
// not count. "default" is nil: the driver chooses.
func pick(want, what string, list []device) (*device, error) {
	if want == "default" {
		if len(list) == 0 {
			return nil, fmt.Errorf("soundcard: there is no %s on this computer", what)
		}
		return nil, nil
	}
	fits := matching(list, func(d device) bool { return strings.EqualFold(d.alsa, want) || strings.EqualFold(d.name, want) })
	if len(fits) == 0 {
		part := strings.ToLower(want)
		fits = matching(list, func(d device) bool {
			return strings.Contains(strings.ToLower(d.name), part) || strings.Contains(strings.ToLower(d.alsa), part)
		})
	}
	switch {
	case len(fits) == 0:
		return nil, fmt.Errorf("soundcard: no %s is called %q; there are: %s", what, want, names(list))
	case len(fits) > 1 && !oneCard(fits):
		return nil, fmt.Errorf("soundcard: %q fits more than one %s: %s", want, what, names(fits))
	}
	return &fits[0], nil
}

func matching(list []device, fits func(device) bool) []device {
	var found []device
	for _, d := range list {
		if fits(d) {
			found = append(found, d)
		}
	}
	return found
}

// oneCard says whether all are devices of one ALSA card; its first is then the one that is meant.
func oneCard(list []device) bool {
	for _, d := range list {
		if d.alsa == "" || d.alsa != list[0].alsa {
			return false
		}
	}
	return true
}

func names(list []device) string {
	if len(list) == 0 {
		return "none"
	}
	s := make([]string, len(list))
	for i, d := range list {
		s[i] = d.String()
	}
	return strings.Join(s, ", ")
}

// alsaID looks up the id of the card in a driver's device id: ":1,0" and "hw:1,0" are of card 1, whose id is in
// /proc/asound/card1/id. The number changes with the order in which cards are found, the id does not.
func alsaID(proc, id string) string {
	_, number, ok := strings.Cut(id, ":")
	if !ok {
		return ""
	}
	number, _, _ = strings.Cut(number, ",")
	if name, ok := strings.CutPrefix(number, "CARD="); ok {
		return name
	}
	if _, err := strconv.ParseUint(number, 10, 8); err != nil {
		return ""
	}
	text, err := os.ReadFile(proc + "/card" + number + "/id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
