package main

import (
	"strings"
	"testing"
)

// Two phones talk over TLS, and their sound is SRTP: required there, or offered for whoever has it. Their logs have no key.
func TestTwoPhonesWithSRTP(t *testing.T) {
	for _, tt := range []struct{ name, house, caller, want string }{
		{"required", "required", "required", "AES_CM_128_HMAC_SHA1_80"},
		{"optional at the caller", "required", "optional", "AES_CM_128_HMAC_SHA1_80"},
		{"optional at the house", "optional", "required", "AES_CM_128_HMAC_SHA1_80"},
		{"off at the house", "off", "optional", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			house := startPhone(t, "-transport", "tls", "-srtp", tt.house, "-auto", "-v")
			caller := startPhone(t, "-transport", "tls", "-srtp", tt.caller, "-fingerprint", house.fingerprint, "-v")
			caller.says("dial sip:house@%s;transport=tls", house.addr)
			for _, p := range []*process{caller, house} {
				if l := wantLine(t, p.events, "answered"); l.SRTP != tt.want {
					t.Errorf("told %+v, want the crypto-suite %q", l, tt.want)
				}
			}
			caller.says("dtmf 5")
			if l := wantLine(t, house.events, "digit"); l.Digit != "5" || l.Way != "rfc4733" {
				t.Errorf("the house was told %+v", l)
			}
			caller.says("hold")
			wantLine(t, caller.events, "held")
			caller.says("resume")
			if l := wantLine(t, caller.events, "resumed"); l.SRTP != tt.want {
				t.Errorf("resumed as %+v, want the crypto-suite %q", l, tt.want)
			}
			caller.says("dtmf 6")
			if l := wantLine(t, house.events, "digit"); l.Digit != "6" {
				t.Errorf("the house was told %+v", l)
			}
			caller.says("hangup")
			wantLine(t, house.events, "ended")
			for _, p := range []*process{caller, house} {
				p.says("quit")
				p.wantExit(exitOK)
				if strings.Contains(p.faults.String(), "inline") {
					t.Errorf("the log has a key: %s", p.faults)
				}
			}
		})
	}
}

// Who requires SRTP calls nobody where its keys could be read, and takes nobody who has none.
func TestSRTPRequired(t *testing.T) {
	open, strict := startPhone(t, "-auto", "-srtp", "off"), startPhone(t, "-srtp", "required")
	strict.says("dial sip:house@%s", open.addr)
	if l := wantLine(t, strict.events, "ended"); l.Status != 488 || !strings.Contains(l.Reason, "use TLS") {
		t.Errorf("told %+v", l)
	}
	open.says("dial sip:house@%s", strict.addr)
	if l := wantLine(t, open.events, "ended"); l.Status != 488 {
		t.Errorf("told %+v", l)
	}
	clear := startPhone(t, "-auto", "-srtp", "required", "-srtp-without-tls")
	lenient := startPhone(t, "-srtp", "required", "-srtp-without-tls")
	lenient.says("dial sip:house@%s", clear.addr)
	if l := wantLine(t, lenient.events, "answered"); l.SRTP == "" {
		t.Errorf("told %+v", l)
	}
	lenient.says("status")
	if l := wantLine(t, lenient.events, "status"); len(l.Calls) != 1 {
		t.Errorf("told %+v", l)
	}
}
