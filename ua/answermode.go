package ua

import (
	"strings"

	"intercom/ua/sip"
)

// wantsAnswer reports whether an INVITE asks to be answered at once: by RFC 5373
// §4.3 ("Auto"), by "answer-after=0" in Call-Info or Alert-Info as most desk
// telephones are asked, or by the words that others know.
func wantsAnswer(invite *sip.Message) bool {
	for _, name := range []string{"Answer-Mode", "Priv-Answer-Mode"} {
		mode, _, _ := strings.Cut(invite.Get(name), ";")
		if strings.EqualFold(strings.TrimSpace(mode), "Auto") {
			return true
		}
	}
	for _, name := range []string{"Call-Info", "Alert-Info"} {
		for value := range invite.Values(name) {
			if asksForAnswer(value) {
				return true
			}
		}
	}
	return false
}

func asksForAnswer(value string) bool {
	value = strings.ToLower(value)
	if strings.Contains(value, "alert-autoanswer") || strings.Contains(value, "ring answer") {
		return true
	}
	for _, param := range strings.Split(value, ";") {
		if strings.ReplaceAll(strings.TrimSpace(param), " ", "") == "answer-after=0" {
			return true
		}
	}
	return false
}
