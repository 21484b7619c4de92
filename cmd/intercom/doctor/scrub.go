package doctor

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// hidden stands where a secret was.
const hidden = "***"

// scrubber takes secrets out of texts, in whatever form they may stand there.
type scrubber struct{ sought []sought }

// sought is one form of a secret. A text without its first word, in small letters, need not be searched for it: that is much faster, and
// the processor of a door station is slow.
type sought struct {
	word    string
	pattern *regexp.Regexp
}

// shortest is how long a text must be to be looked for within words: a shorter one would be found everywhere.
const shortest = 4

// newScrubber makes one for texts that must not be shown.
func newScrubber(secrets []string) scrubber {
	var s scrubber
	for _, secret := range bySize(secrets) {
		for _, form := range forms(secret) {
			if words := strings.Fields(strings.ToLower(form)); len(words) > 0 {
				s.sought = append(s.sought, sought{words[0], pattern(form)})
			}
		}
	}
	return s
}

var spaces = regexp.MustCompile(`[ \t\r\n]+`)

// bySize has the longest first: one may be a part of another.
func bySize(all []string) []string {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// pattern finds a text; digits as a whole number only, lest a code of four digits is found in every figure.
func pattern(text string) *regexp.Regexp {
	quoted := spaces.ReplaceAllString(regexp.QuoteMeta(string([]rune(text))), `\s+`) // a line may be broken there
	switch {
	case strings.Trim(text, "0123456789") == "":
		return regexp.MustCompile(`(^|[^0-9])` + quoted + `($|[^0-9])`)
	case len(text) < shortest:
		return regexp.MustCompile(`(^|[^0-9A-Za-z])` + quoted + `($|[^0-9A-Za-z])`)
	}
	return regexp.MustCompile(`(?i)()` + quoted + `()`)
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

// hardware addresses tell devices apart for ever.
var hardwareAddress = regexp.MustCompile(`(?i)\b([0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b`)

// scrub takes the secrets and the hardware addresses out of a text.
func (s scrubber) scrub(text string) string {
	small := strings.ToLower(text)
	for _, f := range s.sought {
		if strings.Contains(small, f.word) {
			// Twice: the character between two of them belongs to one match only.
			text = f.pattern.ReplaceAllString(f.pattern.ReplaceAllString(text, "${1}"+hidden+"${2}"), "${1}"+hidden+"${2}")
		}
	}
	return hardwareAddress.ReplaceAllString(text, "xx:xx:xx:xx:xx:xx")
}
