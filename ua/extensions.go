package ua

import (
	"slices"
	"strings"

	"intercom/ua/sip"
)

// extensions are the option tags that are understood: 100rel (RFC 3262), timer (RFC 4028), replaces (RFC 3891),
// norefersub (RFC 4488) and tdialog (RFC 4538).
const extensions = "100rel, timer, norefersub, replaces, tdialog"

// within are those of them that our re-INVITEs offer: a change of the session
// has no provisional responses to speak of.
const within = "timer, norefersub, replaces, tdialog"

// understands tells whether an option tag is one of extensions.
func understands(option string) bool {
	return slices.ContainsFunc(strings.Split(extensions, ", "), func(known string) bool { return strings.EqualFold(known, option) })
}

// requires and supports tell whether a message names an option tag in that
// header field.
func requires(m *sip.Message, option string) bool { return lists(m, "Require", option) }
func supports(m *sip.Message, option string) bool { return lists(m, "Supported", option) }

func lists(m *sip.Message, field, option string) bool {
	for value := range m.Values(field) {
		if strings.EqualFold(value, option) {
			return true
		}
	}
	return false
}

// unsupported lists the required extensions that are not understood. RFC 3261
// §8.2.2.3: the UAS "MUST respond by generating a response with status code 420
// (Bad Extension)".
func unsupported(req *sip.Message) string {
	var missing []string
	for option := range req.Values("Require") {
		if !understands(option) {
			missing = append(missing, option)
		}
	}
	return strings.Join(missing, ", ")
}

func withUnsupported(resp *sip.Message, missing string) *sip.Message {
	resp.Add("Unsupported", missing)
	return resp
}
