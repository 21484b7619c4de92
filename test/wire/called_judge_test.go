package wire

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"intercom/ua/sip"
)

// judgeAnswers holds every response of the phone against the request that it answers, and the responses of each transaction
// against each other.
func judgeAnswers(transcript []saying) (faults []string) {
	tags, finals, rseqs := map[string]string{}, map[string]int{}, map[string]uint64{}
	for i, m := range transcript {
		resp, err := sip.Parse([]byte(m.text))
		if !m.byPhone || err != nil || resp.IsRequest() {
			continue
		}
		blame := func(format string, args ...any) {
			faults = append(faults, fmt.Sprintf(format, args...)+":\n"+m.text)
		}
		req := asked(transcript[:i], m, resp)
		if req == nil {
			blame("this answers no request")
			continue
		}
		for _, fault := range answerFaults(req, resp, m.peer) {
			blame("%s", fault)
		}
		via, _ := resp.TopVia()
		transaction := strings.Join([]string{m.peer.String(), via.Branch(), resp.CallID(), resp.Get("CSeq")}, "|")
		if final := finals[transaction]; final != 0 && final != resp.Status {
			blame("RFC 3261 §17.2: this follows a final response with %d", final)
		} else if resp.Status >= 200 {
			finals[transaction] = resp.Status
		}
		if to, err := resp.To(); err == nil && resp.Status > 100 {
			if tag, ok := tags[transaction]; ok && tag != to.Tag() {
				blame("RFC 3261 §8.2.6.2: the To tag was %q in an earlier response", tag)
			}
			tags[transaction] = to.Tag()
		}
		if n, err := strconv.ParseUint(resp.Get("RSeq"), 10, 32); resp.Has("RSeq") {
			last, later := rseqs[transaction]
			if err != nil || n == 0 || !later && n >= 1<<31 || later && n != last && n != last+1 {
				blame("RFC 3262 §3: RSeq follows %d", last)
			}
			rseqs[transaction] = n
		}
	}
	return faults
}

// asked finds the request that the phone answers.
func asked(before []saying, answer saying, resp *sip.Message) *sip.Message {
	via, _ := resp.TopVia()
	for _, m := range slices.Backward(before) {
		if m.byPhone || m.peer != answer.peer {
			continue
		}
		req, err := sip.Parse([]byte(m.text))
		if err != nil || !req.IsRequest() || req.Get("CSeq") != resp.Get("CSeq") || req.CallID() != resp.CallID() {
			continue
		}
		if v, err := req.TopVia(); err != nil || v.Branch() == via.Branch() {
			return req
		}
	}
	return nil
}

// answerFaults says what is wrong with a response to a request that came from source.
func answerFaults(req, resp *sip.Message, source netip.AddrPort) (faults []string) {
	faults = slices.Concat(viaFaults(req, resp, source), echoFaults(req, resp), statusFaults(req, resp), dialogFaults(req, resp))
	if req.Method == "ACK" {
		faults = append(faults, "RFC 3261 §17: an ACK is never answered")
	}
	if req.Method != "INVITE" && resp.Status > 100 && resp.Status < 200 {
		faults = append(faults, "RFC 4320 §4.1: there is no provisional response but 100 to "+req.Method)
	}
	if resp.Reason == "" {
		faults = append(faults, "RFC 3261 §7.2: the status line has no reason phrase")
	}
	return faults
}

// viaFaults: RFC 3261 §8.2.6.2, the Vias of the response are those of the request, and §18.2.1 and RFC 3581 §4 add to the
// top one where the request came from.
func viaFaults(req, resp *sip.Message, source netip.AddrPort) (faults []string) {
	asked, said := slices.Collect(req.Values("Via")), slices.Collect(resp.Values("Via"))
	if len(asked) != len(said) {
		return []string{fmt.Sprintf("RFC 3261 §8.2.6.2: %d Vias came, %d went back", len(asked), len(said))}
	}
	for i := 1; i < len(asked); i++ {
		if asked[i] != said[i] {
			faults = append(faults, fmt.Sprintf("RFC 3261 §8.2.6.2: the Via %q went back as %q", asked[i], said[i]))
		}
	}
	a, err := req.TopVia()
	b, err2 := resp.TopVia()
	if err != nil || err2 != nil {
		return faults
	}
	if a.Transport != b.Transport || !strings.EqualFold(a.Host, b.Host) || a.Port != b.Port {
		faults = append(faults, fmt.Sprintf("RFC 3261 §8.2.6.2: the top Via %q went back as %q", asked[0], said[0]))
	}
	for name, value := range a.Params.All() {
		if got, ok := b.Params.Get(name); !strings.EqualFold(name, "rport") && !strings.EqualFold(name, "received") && (!ok || got != value) {
			faults = append(faults, fmt.Sprintf("RFC 3261 §8.2.6.2: the Via parameter %s=%s went back as %q", name, value, got))
		}
	}
	received, _ := b.Params.Get("received")
	rport, has := b.Params.Get("rport")
	host, err := netip.ParseAddr(a.Host)
	switch {
	case a.Params.Has("rport") && (received != source.Addr().String() || rport != strconv.Itoa(int(source.Port()))):
		faults = append(faults, fmt.Sprintf("RFC 3581 §4: received=%s;rport=%s for a request from %s", received, rport, source))
	case !a.Params.Has("rport") && has:
		faults = append(faults, "RFC 3581 §4: rport, for which nobody asked")
	case (err != nil || host != source.Addr()) && received != source.Addr().String():
		faults = append(faults, fmt.Sprintf("RFC 3261 §18.2.1: received=%s for a request from %s", received, source))
	}
	return faults
}

// echoFaults: RFC 3261 §8.2.6.2, From, Call-ID and CSeq go back as they are, and To gets a tag if it has none.
func echoFaults(req, resp *sip.Message) (faults []string) {
	for _, name := range []string{"From", "Call-ID", "CSeq"} {
		if got, want := resp.Get(name), req.Get(name); got != want {
			faults = append(faults, fmt.Sprintf("RFC 3261 §8.2.6.2: %s %q went back as %q", name, want, got))
		}
	}
	to, err := req.To()
	tag, tagged := strings.CutPrefix(resp.Get("To"), req.Get("To")+";tag=")
	switch {
	case err != nil, to.Tag() != "", resp.Status == 100 && !tagged:
		if resp.Get("To") != req.Get("To") {
			faults = append(faults, fmt.Sprintf("RFC 3261 §8.2.6.2: To %q went back as %q", req.Get("To"), resp.Get("To")))
		}
	case !tagged || len(tag) < 8: // §19.3: at least 32 random bits
		faults = append(faults, fmt.Sprintf("RFC 3261 §8.2.6.2: To %q went back as %q, without a tag", req.Get("To"), resp.Get("To")))
	}
	if resp.Status == 100 && resp.Get("Timestamp") != req.Get("Timestamp") {
		faults = append(faults, "RFC 3261 §8.2.6.1: Timestamp is not copied")
	}
	return faults
}

// statusFaults says which header fields a status must carry and does not.
func statusFaults(req, resp *sip.Message) (faults []string) {
	demand := func(clause string, names ...string) {
		if !slices.ContainsFunc(names, resp.Has) {
			faults = append(faults, fmt.Sprintf("%s: a %d to %s has %s", clause, resp.Status, req.Method, strings.Join(names, " or ")))
		}
	}
	switch resp.Status {
	case 405, 501:
		demand("RFC 3261 §8.2.1", "Allow")
	case 415:
		demand("RFC 3261 §8.2.3", "Accept", "Accept-Encoding")
	case 420:
		demand("RFC 3261 §8.2.2.3", "Unsupported")
	case 422:
		demand("RFC 4028 §6", "Min-SE")
	case 469:
		demand("RFC 6086 §10.10", "Recv-Info")
	case 489:
		demand("RFC 6665 §8.3.2", "Allow-Events")
	}
	if len(resp.Body) > 0 {
		demand("RFC 3261 §7.4.1", "Content-Type")
	}
	if resp.Status == 200 && req.Method == "OPTIONS" {
		demand("RFC 3261 §11.2", "Allow")
		demand("RFC 3261 §11.2", "Accept")
		demand("RFC 3261 §11.2", "Accept-Encoding")
		demand("RFC 3261 §11.2", "Supported")
	}
	if resp.Status/100 == 2 && req.Method == "INVITE" {
		demand("RFC 3261 §13.3.1.4", "Allow")
		demand("RFC 3261 §13.3.1.4", "Supported")
	}
	if resp.Has("RSeq") != slices.Contains(slices.Collect(resp.Values("Require")), "100rel") {
		faults = append(faults, "RFC 3262 §3: RSeq and Require: 100rel go together")
	}
	return append(faults, timerFaults(req, resp)...)
}

// timerFaults: RFC 4028 §9.
func timerFaults(req, resp *sip.Message) (faults []string) {
	if resp.Status/100 != 2 || !resp.Has("Session-Expires") {
		return nil
	}
	e, err := sip.ParseSessionExpires(resp.Get("Session-Expires"))
	required := slices.Contains(slices.Collect(resp.Values("Require")), "timer")
	supported := slices.Contains(slices.Collect(req.Values("Supported")), "timer")
	switch {
	case err != nil || e.Refresher == "":
		faults = append(faults, "RFC 4028 §9: who refreshes is not said")
	case e.Refresher == "uac" && (!required || !supported):
		faults = append(faults, "RFC 4028 §9: refresher=uac is for clients that support timer, and is required")
	}
	return faults
}

// dialogFaults: RFC 3261 §12.1.1, what makes a dialog carries the Record-Routes of the request and one Contact.
func dialogFaults(req, resp *sip.Message) (faults []string) {
	if req.Method != "INVITE" || resp.Status <= 100 || resp.Status >= 300 {
		return nil
	}
	to, _ := req.To()
	if asked, said := slices.Collect(req.Values("Record-Route")), slices.Collect(resp.Values("Record-Route")); to.Tag() == "" && !slices.Equal(asked, said) {
		faults = append(faults, fmt.Sprintf("RFC 3261 §12.1.1: Record-Route %q went back as %q", asked, said))
	}
	contacts := slices.Collect(resp.Values("Contact"))
	contact, err := resp.Contact()
	if len(contacts) != 1 || err != nil || !contact.URI.IsSIP() || contact.URI.Host == "" {
		faults = append(faults, fmt.Sprintf("RFC 3261 §12.1.1: the Contacts are %q", contacts))
	}
	asked, err := sip.ParseURI(req.RequestURI)
	if err == nil && asked.Scheme == "sips" && contact.URI.Scheme != "sips" {
		faults = append(faults, "RFC 3261 §12.1.1: the Contact is no SIPS URI")
	}
	return faults
}
