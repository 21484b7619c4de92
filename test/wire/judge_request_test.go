package wire

import (
	"net/netip"
	"slices"
	"strings"

	"intercom/ua/sip"
)

// judgeRequest holds a request of the phone against what every request owes (RFC 3261 §8.1.1).
func (r *record) judgeRequest(w word) {
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq", "Max-Forwards"} {
		if n := len(w.all(name)); n != 1 {
			r.blame(w, "%d %s in a request", n, name)
		}
	}
	r.judgeVia(w)
	// "A UAC MUST insert a Max-Forwards header field into each request it originates with a value that SHOULD be 70" (§8.1.1.6).
	if w.Get("Max-Forwards") != "70" {
		r.blame(w, "Max-Forwards is %q", w.Get("Max-Forwards"))
	}
	if w.cseq.Method != w.Method || w.cseq.Seq >= 1<<31 {
		r.blame(w, "CSeq is %q", w.Get("CSeq"))
	}
	if w.from.Tag() == "" {
		r.blame(w, "From has no tag")
	}
	r.judgeContact(w)
	// "UAC SHOULD include an Allow header field in the INVITE", and Supported "if it wishes to apply an extension" (§13.2.1).
	for _, name := range []string{"Allow", "Supported"} {
		if w.Method == "INVITE" && !w.Has(name) {
			r.blame(w, "an INVITE without %s", name)
		}
	}
	if w.Method == "CANCEL" && (w.Has("Require") || w.Has("Proxy-Require")) {
		r.blame(w, "a CANCEL with Require") // §9.1
	}
	if (len(w.Body) > 0) != w.Has("Content-Type") {
		r.blame(w, "a body of %d octets of the type %q", len(w.Body), w.Get("Content-Type"))
	}
}

func (r *record) judgeVia(w word) {
	via, _ := w.TopVia()
	if !strings.HasPrefix(via.Branch(), sip.BranchCookie) || len(via.Branch()) < len(sip.BranchCookie)+8 {
		r.blame(w, "the branch %q", via.Branch())
	}
	if via.Transport != w.transport {
		r.blame(w, "a Via of %s over %s", via.Transport, w.transport)
	}
	// "The client MUST NOT set the value of rport": the parameter stands alone (RFC 3581 §3).
	if value, ok := via.Params.Get("rport"); !ok && w.transport == "UDP" || value != "" {
		r.blame(w, "rport in Via %q", w.Get("Via"))
	}
	if host, err := netip.ParseAddr(via.Host); err != nil || host != w.saying.from.Addr() {
		r.blame(w, "sent by %s, says Via %s", w.saying.from, via.Host)
	}
}

// targets are methods whose requests say where the phone is reached (RFC 3261 table 3 and its successors).
var targets = []string{"INVITE", "UPDATE", "SUBSCRIBE", "REFER", "NOTIFY", "REGISTER"}

func (r *record) judgeContact(w word) {
	contacts := w.all("Contact")
	if len(contacts) == 0 && !slices.Contains(targets, w.Method) {
		return
	}
	if len(contacts) != 1 {
		r.blame(w, "%d Contacts", len(contacts))
		return
	}
	contact, err := sip.ParseAddress(contacts[0])
	host, _ := netip.ParseAddr(contact.URI.Host)
	if err != nil || host != w.saying.from.Addr() || contact.URI.Port == 0 && w.saying.from.Port() != 5060 {
		r.blame(w, "the Contact %q of a phone at %s", contacts[0], w.saying.from)
	}
}
