package interop

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// encrypts lets Asterisk's users have SRTP with keys in the session description, with further lines for each of them.
func (a *asterisk) encrypts(lines ...string) {
	a.t.Helper()
	file := filepath.Join(a.paths["folder"], "etc", "pjsip.conf")
	const before = "type = endpoint\n"
	lines = append([]string{"media_encryption = sdes"}, lines...)
	writeFile(a.t, file, strings.ReplaceAll(read(file), before, before+strings.Join(lines, "\n")+"\n"))
	a.console("module load res_srtp.so")
	a.console("module reload res_pjsip.so")
	eventually(a.t, "SDES at Asterisk", 5*time.Second, func() bool {
		return regexp.MustCompile(`media_encryption +: sdes`).MatchString(a.console("pjsip show endpoint door"))
	})
}

// secured are the lines of an account with SRTP by UDP, whose loopback nobody else reads.
func secured(policy string) string { return "srtp = \"" + policy + "\"\nsrtp_without_tls = true" }

const visitWithSRTP = `
	expect led ready within 5s
	press front
	expect led in-call within 5s
	expect door front open within 15s
	expect led ready within 15s
`

// A visit by way of Asterisk, with SRTP as either side wants it.
func TestSRTPWithAsterisk(t *testing.T) {
	for name, c := range map[string]struct {
		encrypts  []string // lines of Asterisk's users; nil for no SRTP at all
		policy    string
		offered   string // profile of our offer
		encrypted bool
	}{
		"required":                         {[]string{}, "required", "RTP/SAVP", true},
		"optional, which Asterisk has":     {[]string{"media_encryption_optimistic = yes"}, "optional", "RTP/AVP", true},
		"optional, which Asterisk has not": {nil, "optional", "RTP/AVP", false},
	} {
		t.Run(name, func(t *testing.T) {
			withPeers(t, func(t testing.TB) {
				pbx := startAsterisk(t)
				if c.encrypts != nil {
					pbx.encrypts(c.encrypts...)
				}
				door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("visit2580")}, account: secured(c.policy)}, visitWithSRTP)
				door.wantScriptDone(40 * time.Second)
				pbx.wantNoCalls(2 * time.Second)
				pbx.wantCrypto(c.offered, c.encrypted)
				door.wantOpened(1, time.Second)
				door.wantNoLog("inline:")
				wantSpeech(t, "the visitor at Asterisk", visitorSpeech(t), pbx.heard(), 6*time.Second)
				wantSpeech(t, "the house at the door", houseSpeech(t), door.speaker(), 6*time.Second)
			})
		})
	}
}

// Asterisk puts us on hold and takes us back by re-INVITE: the sound goes on under its keys.
func TestHoldWithSRTP(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		pbx.encrypts()
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("hold")}, account: secured("required")}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			expect led ready within 30s
		`)
		pbx.wantLog("a=sendonly", 10*time.Second)
		pbx.wantTalk(4 * time.Second)
		pbx.hangUp()
		door.wantScriptDone(40 * time.Second)
		pbx.wantNoCalls(2 * time.Second)
		pbx.wantCrypto("RTP/SAVP", true)
		wantSpeech(t, "the visitor after the hold", visitorSpeech(t), pbx.heard(), 3*time.Second)
		wantSpeech(t, "the house after the hold", houseSpeech(t), door.speaker(), 3*time.Second)
	})
}

// Who requires SRTP has no call with an Asterisk that has none.
func TestNoPlainCallWhereSRTPIsRequired(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("visit2580")}, account: secured("required")}, `
			expect led ready within 5s
			press front
			expect led no-answer within 10s
			expect led ready within 8s
			expect door front closed within 10ms
		`)
		door.wantScriptDone(30 * time.Second)
		door.wantOpened(0, 0)
		pbx.wantLog("488 Not Acceptable Here", time.Second)
	})
}

// wantCrypto looks at our first description in the log, and at Asterisk's.
func (a *asterisk) wantCrypto(profile string, encrypted bool) {
	a.t.Helper()
	described := func(whose string) string {
		for _, message := range strings.Split(read(a.paths["log"]), "<--- ")[1:] {
			if _, media, found := strings.Cut(message, "m=audio "); found && strings.HasPrefix(message, whose) {
				return media
			}
		}
		return ""
	}
	offer, answer := described("Received SIP request"), described("Transmitting SIP response")
	if fields := strings.Fields(offer); len(fields) < 2 || fields[1] != profile {
		a.t.Errorf("we offered %.60q, want %s", offer, profile)
	}
	if answer == "" || strings.Contains(answer, "a=crypto:") != encrypted {
		a.t.Errorf("Asterisk answered %q, want encryption: %v", answer, encrypted)
	}
}

// baresip is called directly, with SRTP as either side wants it.
func TestSRTPWithBaresip(t *testing.T) {
	for name, c := range map[string]struct{ baresip, policy, log string }{
		"required of both": {"srtp-mand", "required", "RTP/SAVP"},
		"optional of both": {"srtp", "optional", "RTP/AVP"},
		"required here":    {"srtp", "required", "RTP/SAVP"},
	} {
		t.Run(name, func(t *testing.T) {
			withPeers(t, func(t testing.TB) {
				phone := startBaresip(t, baresipSetup{encrypts: c.baresip})
				door := startDoor(t, doorSetup{call: []string{phone.uri()}, account: secured(c.policy)}, visitWithSRTP)
				phone.wantEvent("CALL_ESTABLISHED", "", 10*time.Second)
				phone.wantTalk(4 * time.Second)
				phone.sendDigits("2580#")
				door.wantScriptDone(20 * time.Second)
				door.wantOpened(1, time.Second)
				door.wantNoLog("inline:")
				if log := read(phone.paths["log"]); !strings.Contains(log, "SRTP is Enabled") {
					t.Errorf("baresip's log does not speak of SRTP: %s", log)
				}
				wantSpeech(t, "the visitor at the phone", visitorSpeech(t), phone.heard(), 3*time.Second)
				wantSpeech(t, "the house at the door", houseSpeech(t), door.speaker(), 3*time.Second)
			})
		})
	}
}

// Two telephones at Asterisk: it calls the second one with RTP/SAVP, and both keep their keys on hold.
func TestPhonesAtAsteriskWithSRTP(t *testing.T) {
	for _, version := range asteriskVersions {
		t.Run(version, func(t *testing.T) {
			withPeers(t, func(t testing.TB) {
				pbx := startAsteriskVersion(t, version, newAddress(t))
				pbx.encrypts()
				setup := phoneSetup{args: []string{"-srtp", "required", "-srtp-without-tls"}}
				anna, bert := pbx.phone(setup), pbx.phone(setup)
				anna.says("dial %s", pbx.uri(bert.user))
				bert.want("incoming")
				bert.says("answer")
				for _, p := range []*phone{anna, bert} {
					p.want("answered srtp=AES_CM_128_HMAC_SHA1_80")
				}
				anna.wantTalk("out-1")
				anna.says("dtmf 12#")
				bert.wantDigits("in-1", "12#", "rfc4733")
				anna.says("hold")
				anna.want("held srtp=AES_CM_128_HMAC_SHA1_80")
				anna.says("resume")
				anna.want("resumed srtp=AES_CM_128_HMAC_SHA1_80")
				anna.wantTalk("out-1")
				bert.wantTalk("in-1")
				bert.says("dtmf 5")
				anna.wantDigits("out-1", "5", "rfc4733")
				bert.says("hangup")
				anna.want("ended call=out-1 status=0 by=remote")
			})
		})
	}
}
