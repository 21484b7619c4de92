package ua_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// about is the Target-Dialog that names a call of the peer.
func about(call *uatest.Dialog) string {
	local, _ := sip.ParseAddress(call.Local)
	remote, _ := sip.ParseAddress(call.Remote)
	return fmt.Sprintf("Target-Dialog: %s;local-tag=%s;remote-tag=%s", call.CallID, local.Tag(), remote.Tag())
}

// Who is in a call with us may send it elsewhere from outside of it too, and
// nobody else may (RFC 4538, RFC 3515).
func TestReferOutsideOfTheCall(t *testing.T) {
	const refer = "Refer-To: <sip:12@192.0.2.21:5060>"
	story(t, "with Target-Dialog: 202 and news in the REFER's own dialog", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		outside := p.Call(h.addr, "door")
		outside.Request("REFER", refer, about(call), "Require: tdialog", "Contact: <sip:11@192.0.2.20>", "Record-Route: <sip:192.0.2.20;lr>")
		e := want[ua.Referred](h)
		h.ua.Follow(e.Call, "out-1", media())
		resp := p.WantResponse(202)
		to, _ := resp.To()
		if to.Tag() == "" || !resp.Has("Contact") || resp.Get("Record-Route") != "<sip:192.0.2.20;lr>" {
			h.Errorf("accepted with\n%s", resp)
		}
		news := wantNotify(h, p, "100", "active;expires=")
		if from, _ := news.From(); news.CallID() != outside.CallID || from.Tag() != to.Tag() || news.Get("Event") != "refer" {
			h.Errorf("told with\n%s", news)
		}
		news.Reply(200)
		outside.Remote = resp.Get("To")
		outside.Request("SUBSCRIBE", "Event: refer", "Expires: 60")
		p.WantResponse(200)
		wantNotify(h, p, "100", "active;expires=60").Reply(200)
		other.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		wantNotify(h, p, "486", "terminated;reason=noresource").Reply(200)
		outside.Request("SUBSCRIBE", "Event: refer", "Expires: 60")
		p.WantResponse(481)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
	story(t, "declined: the answer has a tag", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		p.Call(h.addr, "door").Request("REFER", refer, about(call), "Contact: <sip:11@192.0.2.20>")
		h.ua.Decline(want[ua.Referred](h).Call, 603, "")
		if to, err := p.WantResponse(603).To(); err != nil || to.Tag() == "" {
			h.Errorf("refused without a tag: %v", to)
		}
	})
	for name, c := range map[string]struct {
		status int
		lines  func(call *uatest.Dialog) []string
	}{
		"no Target-Dialog": {403, func(*uatest.Dialog) []string { return []string{refer} }},
		"wrong tags": {403, func(call *uatest.Dialog) []string {
			return []string{refer, strings.Replace(about(call), "remote-tag=", "remote-tag=x", 1)}
		}},
		"the tags the wrong way round": {403, func(call *uatest.Dialog) []string {
			return []string{refer, strings.NewReplacer("local-tag", "remote-tag", "remote-tag", "local-tag").Replace(about(call))}
		}},
		"nothing but a Call-ID":  {403, func(call *uatest.Dialog) []string { return []string{refer, "Target-Dialog: " + call.CallID} }},
		"an empty Target-Dialog": {403, func(*uatest.Dialog) []string { return []string{refer, "Target-Dialog: ;;="} }},
		"no Refer-To":            {400, func(call *uatest.Dialog) []string { return []string{about(call)} }},
		"another method": {603, func(call *uatest.Dialog) []string {
			return []string{"Refer-To: <sip:12@192.0.2.21;method=BYE>", about(call)}
		}},
		"nobody who can be called": {416, func(call *uatest.Dialog) []string { return []string{"Refer-To: <mailto:a@b>", about(call)} }},
		"no Contact":               {400, func(call *uatest.Dialog) []string { return []string{refer, about(call)} }},
		"an extension nobody has":  {420, func(call *uatest.Dialog) []string { return []string{refer, about(call), "Require: explicitsub"} }},
	} {
		story(t, fmt.Sprintf("%s: %d", name, c.status), func(h *house) {
			p := h.phone(phoneAddr)
			call := h.callIn(p)
			p.Call(h.addr, "door").Request("REFER", c.lines(call)...)
			p.WantResponse(c.status)
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "a stranger who has overheard the tags is not heard", func(h *house) {
		p, eve := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		eve.Call(h.addr, "door").Request("REFER", refer, about(call), "Contact: <sip:11@192.0.2.20>")
		eve.WantSilence(time.Second)
		h.wantQuiet(time.Second)
	}, func(o *ua.Options) { o.Config.Allow = []string{"192.0.2.20"} })
	story(t, "nor is another caller with a password of his own", func(h *house) {
		p, attic := h.phone(phoneAddr), h.phone(otherAddr)
		call := guardedCall(h, p, somebody("kitchen", "zanzibar"))
		outside := attic.Call(h.addr, "door")
		lines := []string{refer, about(call), "Contact: <sip:11@192.0.2.20>"}
		outside.Request("REFER", lines...)
		m := outside.Build("REFER", lines...)
		authorize(h, somebody("attic", "baghdad1"), m, attic.WantResponse(401), 0)
		attic.SendMessage(h.addr, m)
		attic.WantResponse(403)
		h.wantQuiet(time.Second)
	}, guarded)
}

// A target that is to be reached by TLS is, or not at all (RFC 3261 §26.2.2).
func TestReferToSips(t *testing.T) {
	story(t, "where TLS is not spoken", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("REFER", "Refer-To: <sips:12@192.0.2.21?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>")
		e := want[ua.Referred](h)
		if e.Target != "sips:12@192.0.2.21" || !e.Replaces {
			h.Fatalf("asked for %+v", e)
		}
		h.ua.Follow(e.Call, "out-1", media())
		call.Want(202)
		wantNotify(h, p, "100", "active").Reply(200)
		h.wantEnded(503, false)
		wantNotify(h, p, "503", "terminated;reason=noresource").Reply(200)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
}
