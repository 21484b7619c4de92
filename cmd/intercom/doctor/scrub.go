package doctor

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// hidden stands where a secret was.
const hidden = "***"

// scrubber takes secrets out of texts, in whatever form they may stand there.
type scrubber struct{ patterns []pattern }

// shortest is how long a text must be to be looked for within words: a shorter one would be found everywhere.
const shortest = 4

// newScrubber makes one for texts that must not be shown.
func newScrubber(secrets []string) scrubber {
	var s scrubber
	for _, secret := range bySize(secrets) {
		for _, form := range forms(secret) {
			if p := newPattern(form); len(p.words) > 0 {
				s.patterns = append(s.patterns, p)
			}
		}
	}
	return s
}

// bySize has the longest first: one may be a part of another.
func bySize(all []string) []string {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// forms are the ways in which a text may be written.
func forms(text string) []string {
	asJSON, err := json.Marshal(text)
	if err != nil {
		asJSON = nil // a text always can
	}
	goQuoted := fmt.Sprintf("%q", text)
	all := []string{text, strings.Trim(string(asJSON), `"`), goQuoted[1 : len(goQuoted)-1], url.QueryEscape(text), url.PathEscape(text)}
	if len(text) >= shortest {
		all = append(all, hex.EncodeToString([]byte(text)))
		for offset := range 3 {
			all = append(all, inBase64(text, offset, base64.StdEncoding), inBase64(text, offset, base64.URLEncoding))
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
}

// inBase64 is what a text looks like within something longer, after that many octets of a group of three. The digits at both ends, which
// depend on what stands around it, are left away.
func inBase64(text string, offset int, e *base64.Encoding) string {
	shown := e.WithPadding(base64.NoPadding).EncodeToString([]byte(strings.Repeat("x", offset) + text))
	first := (offset*8 + 5) / 6
	last := (offset + len(text)) * 8 / 6
	if last-first < shortest {
		return ""
	}
	return shown[first:last]
}

// scrub takes the secrets and the hardware addresses out of a text.
func (s scrubber) scrub(text string) string {
	for _, p := range s.patterns {
		text = p.hide(text)
	}
	return hideAddresses(text)
}
