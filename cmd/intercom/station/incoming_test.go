package station

import (
	"strings"
	"testing"
	"time"
)

func TestIncomingRingsAtTheStation(t *testing.T) {
	t.Run("a button answers", func(t *testing.T) {
		st := tell(t, house())
		st.calls("in-1", household, true)
		st.wants(Ring{"in-1"}, Tone{Alert}, Light{LightRinging})
		st.pass(5 * time.Second)
		st.press("office")
		st.wants(Answer{"in-1"}, StopTone{}, Light{LightInCall})
		st.answered("in-1")
		st.pass(119 * time.Second)
		st.wants(Tone{LimitWarning})
		st.pass(time.Second)
		st.wants(Hangup{Call: "in-1"}, Light{LightReady})
	})
	t.Run("nobody is there", func(t *testing.T) {
		st := tell(t, house())
		st.calls("in-1", household, true)
		st.pass(30 * time.Second)
		st.wants(Reject{"in-1", 480}, StopTone{}, Light{LightReady})
	})
	t.Run("the caller gives up", func(t *testing.T) {
		st := tell(t, house())
		st.calls("in-1", household, true)
		st.ended("in-1", 487)
		st.wants(StopTone{}, Light{LightReady})
	})
	t.Run("the caller never confirms", func(t *testing.T) {
		st := tell(t, house())
		st.calls("in-1", household, true)
		st.press("bell")
		st.pass(confirmation)
		st.wants(Answer{"in-1"}, Hangup{Call: "in-1"}, Light{LightReady})
	})
	t.Run("the button that answered hangs up, another does not", func(t *testing.T) {
		st := tell(t, house())
		st.calls("in-1", household, true)
		st.press("bell")
		st.answered("in-1")
		st.out = nil
		st.pass(5 * time.Second)
		st.press("office")
		st.wantsNothing()
		st.press("bell")
		st.wants(Hangup{Call: "in-1"})
	})
}

func TestAutoAnswerIsHeard(t *testing.T) {
	cfg := house()
	cfg.AutoAnswer = true
	cfg.CallLimit = 5 * time.Minute
	st := tell(t, cfg)
	st.calls("in-1", household, true)
	st.wants(Answer{"in-1"})
	st.answered("in-1")
	st.wants(Tone{Listening})
	st.pass(150 * time.Second)
	if n := st.heard(Listening); n != 2 {
		t.Errorf("heard %d tones in two and a half minutes, wanted one a minute", n)
	}
	st.press("office")
	st.wants(Hangup{Call: "in-1"})
	st.pass(5 * time.Minute)
	if n := st.heard(Listening); n != 0 {
		t.Errorf("heard %d tones after the call", n)
	}
}

func TestIncomingWhileBusy(t *testing.T) {
	for _, busy := range []struct {
		name string
		with func(*story)
	}{
		{"dialling", func(st *story) { st.press("bell") }},
		{"ringing the house", func(st *story) { st.press("bell"); st.ringing("out-1") }},
		{"talking", func(st *story) { st.talk() }},
		{"being called", func(st *story) { st.calls("in-1", household, true) }},
		{"answering", func(st *story) { st.calls("in-1", household, true); st.press("bell") }},
	} {
		t.Run(busy.name, func(t *testing.T) {
			st := tell(t, house())
			busy.with(st)
			was := st.s.light
			st.out = nil
			st.calls("in-2", household, true)
			st.wants(Reject{"in-2", 486})
			st.wantsLight(was)
		})
	}
}

func TestAllowIncoming(t *testing.T) {
	for _, c := range []struct {
		allowed, from string
		want          bool
	}{
		{"*", "sip:anyone@anywhere", true},
		{"11", "sip:11@fritz.box", true},
		{"11", "sips:11@10.0.0.1:5061;transport=tls", true},
		{"11", "sip:111@fritz.box", false},
		{"11", "sip:12@fritz.box", false},
		{"11@fritz.box", "sip:11@fritz.box", true},
		{"sip:11@fritz.box", "sip:11@FRITZ.BOX:5060;user=phone?X=y", true},
		{"sip:11@fritz.box", "SIP:11@fritz.box", true},
		{"sip:11@fritz.box", "sip:11:secret@fritz.box", true},
		{"sip:Eva@fritz.box", "sip:eva@fritz.box", false}, // RFC 3261 §19.1.4: the user part is case-sensitive
		{"sip:11@fritz.box", "sip:11@evil.example", false},
		{"sip:11@fritz.box", "sip:11@fritz.box.evil.example", false},
		{"sip:11@fritz.box", "sip:11@fritz.box@evil.example", false},
		{"sip:11@fritz.box", "sip:66@evil.example;x=sip:11@fritz.box", false},
		{"sip:11@fritz.box", `"sip:11@fritz.box" <sip:66@evil.example>`, false},
		{"sip:11@fritz.box", "<sip:11@fritz.box>", false},
		{"sip:11@fritz.box", "tel:11", false},
		{"11", "tel:11", false},
		{"11", "sip:11", false}, // that is a host
		{"11", "11", false},
		{"11", "sip:%31%31@fritz.box", false},
		{"sip:11@[fd00::1]", "sip:11@[FD00::1]:5060", true},
		{"sip:192.0.2.7", "sip:192.0.2.7:5060", true},
		{"sip:192.0.2.7", "sip:66@192.0.2.7", false},
		{"", "sip:", false},
		{"", "sip:192.0.2.7", false},
		{"sip:", "sip:192.0.2.7", false},
		{"sip:@", "sip:192.0.2.7", false},
		{"", "sip:66@evil.example", false},
		{"11", "", false},
		{"sip:11@fritz.box", "\x00\r\n", false},
	} {
		if got := matches(c.allowed, c.from); got != c.want {
			t.Errorf("matches(%q, %q) = %v", c.allowed, c.from, got)
		}
	}
}

// Whatever is written, a caller who gets in has written the allowed user as his own and nothing that could hide another.
func FuzzMatches(f *testing.F) {
	f.Add("sip:11@fritz.box", "sip:11@fritz.box;x=y")
	f.Add("11", "sip:11:pw@[fd00::1]:5060?a=b")
	f.Add("sip:192.0.2.7", "sip:192.0.2.7:5060")
	f.Fuzz(func(t *testing.T, allowed, from string) {
		if allowed == "*" || !matches(allowed, from) {
			return
		}
		user, host, ok := userHost(from)
		if !ok || strings.ContainsAny(from, "<>\" %") {
			t.Fatalf("%q lets in %q, which is no plain URI", allowed, from)
		}
		if !strings.Contains(allowed, user) || user == "" && host == "" {
			t.Fatalf("%q lets in %q, who is %q", allowed, from, user)
		}
	})
}

// Of who has shown a password the name that it belongs to counts: what he says of himself may be anything.
func TestCallersAreTakenAtThePasswordTheyHaveShown(t *testing.T) {
	for _, c := range []struct {
		name, allowed, user, from string
		trusted, taken            bool
	}{
		{"his own name", "kitchen", "kitchen", "sip:anonymous@anonymous.invalid", true, true},
		{"everybody", "*", "kitchen", "sip:x@y", true, true},
		{"another's name as his own", "11", "kitchen", "sip:11@fritz.box", true, false},
		{"another's address as his own", "sip:11@fritz.box", "kitchen", "sip:11@fritz.box", true, false},
		{"a name that is a claim", "kitchen", "attic", "sip:kitchen@fritz.box", true, false},
		{"a user agent that does not vouch", "kitchen", "kitchen", "sip:kitchen@fritz.box", false, false},
		{"nobody is allowed", "", "kitchen", "sip:kitchen@fritz.box", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := house()
			cfg.AllowIncoming = []string{c.allowed}
			st := tell(t, cfg)
			st.is(Incoming{Call: "in-1", From: c.from, User: c.user, Trusted: c.trusted})
			if c.taken {
				st.wants(Ring{"in-1"}, Tone{Alert}, Light{LightRinging})
			} else {
				st.wants(Reject{"in-1", 403})
			}
		})
	}
}

// Where the telephone system says who calls, the caller's own word is worth nothing: one who hides behind "Privacy: id" is
// known to it all the same.
func TestCallersAreWhoTheTelephoneSystemSaysTheyAre(t *testing.T) {
	for _, c := range []struct {
		asserted, from string
		taken          bool
	}{
		{"", "sip:11@fritz.box", true},
		{"sip:11@fritz.box", "sip:anonymous@anonymous.invalid", true},
		{"sip:99@fritz.box", "sip:11@fritz.box", false},
		{"tel:+4930123", "sip:11@fritz.box", false},
	} {
		t.Run(c.asserted+" "+c.from, func(t *testing.T) {
			cfg := house()
			cfg.AllowIncoming = []string{"11"}
			st := tell(t, cfg)
			st.is(Incoming{Call: "in-1", From: c.from, Asserted: c.asserted, Trusted: true})
			if c.taken {
				st.wants(Ring{"in-1"}, Tone{Alert}, Light{LightRinging})
			} else {
				st.wants(Reject{"in-1", 403})
			}
		})
	}
}
