package dialog

import (
	"slices"
	"strings"
	"testing"

	"intercom/ua/sip"
)

func parse(t *testing.T, lines ...string) *sip.Message {
	t.Helper()
	m, err := sip.Parse([]byte(strings.Join(lines, "\r\n") + "\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ourInvite(t *testing.T) *sip.Message {
	return parse(t, "INVITE sip:11@pbx.example.net SIP/2.0",
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "From: \"Door\" <sip:door@pbx.example.net>;tag=us", "To: <sip:11@pbx.example.net>",
		"Call-ID: c1", "CSeq: 7 INVITE", "Contact: <sip:door@192.0.2.1:5060>")
}

func response(t *testing.T, status, tag string, more ...string) *sip.Message {
	return parse(t, append([]string{"SIP/2.0 " + status,
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "From: \"Door\" <sip:door@pbx.example.net>;tag=us", "To: <sip:11@pbx.example.net>;tag=" + tag,
		"Call-ID: c1", "CSeq: 7 INVITE"}, more...)...)
}

func theirInvite(t *testing.T, more ...string) *sip.Message {
	return parse(t, append([]string{"INVITE sip:door@192.0.2.1 SIP/2.0",
		"Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2", "From: <sip:11@pbx.example.net>;tag=them", "To: <sip:door@pbx.example.net>",
		"Call-ID: c2", "CSeq: 20 INVITE"}, more...)...)
}

func TestCallerRoutesInReverseOrder(t *testing.T) { // RFC 3261 §12.1.2
	d, err := NewUAC(ourInvite(t), response(t, "200 OK", "a", "Contact: <sip:11@192.0.2.50:5070>",
		"Record-Route: <sip:p2.example.net;lr>, <sip:p1.example.net;lr>"))
	if err != nil {
		t.Fatal(err)
	}
	ack := d.Ack(7)
	if ack.RequestURI != "sip:11@192.0.2.50:5070" {
		t.Errorf("ACK to %q", ack.RequestURI)
	}
	if got := slices.Collect(ack.Values("Route")); !slices.Equal(got, []string{"<sip:p1.example.net;lr>", "<sip:p2.example.net;lr>"}) {
		t.Errorf("Route %q", got)
	}
	if got := ack.Get("CSeq"); got != "7 ACK" {
		t.Errorf("ACK has CSeq %q", got)
	}
	if hop, err := d.NextHop(); err != nil || hop.Host != "p1.example.net" {
		t.Errorf("next hop %v, %v", hop, err)
	}
	if got := d.Request("BYE").Get("CSeq"); got != "8 BYE" {
		t.Errorf("BYE has CSeq %q", got)
	}
}

func TestCalleeRoutesInOrder(t *testing.T) { // RFC 3261 §12.1.1
	d, err := NewUAS(theirInvite(t, "Contact: <sip:11@192.0.2.50>", "Record-Route: <sip:p1.example.net;lr>", "Record-Route: <sip:p2.example.net;lr>"), "ours")
	if err != nil {
		t.Fatal(err)
	}
	bye := d.Request("BYE")
	if got := slices.Collect(bye.Values("Route")); !slices.Equal(got, []string{"<sip:p1.example.net;lr>", "<sip:p2.example.net;lr>"}) {
		t.Errorf("Route %q", got)
	}
	if from, err := bye.From(); err != nil || from.Tag() != "ours" || from.URI.User != "door" {
		t.Errorf("From %q", bye.Get("From"))
	}
	if to, err := bye.To(); err != nil || to.Tag() != "them" {
		t.Errorf("To %q", bye.Get("To"))
	}
	if got := bye.Get("CSeq"); got != "1 BYE" {
		t.Errorf("CSeq %q", got)
	}
}

func TestStrictRouter(t *testing.T) { // RFC 3261 §12.2.1.1
	d, err := NewUAS(theirInvite(t, "Contact: <sip:11@192.0.2.50>", "Record-Route: <sip:strict.example.net>, <sip:p2.example.net;lr>"), "ours")
	if err != nil {
		t.Fatal(err)
	}
	bye := d.Request("BYE")
	if bye.RequestURI != "sip:strict.example.net" {
		t.Errorf("Request-URI %q", bye.RequestURI)
	}
	if got := slices.Collect(bye.Values("Route")); !slices.Equal(got, []string{"<sip:p2.example.net;lr>", "<sip:11@192.0.2.50>"}) {
		t.Errorf("Route %q", got)
	}
}

func TestForksAreDialogsOfTheirOwn(t *testing.T) { // RFC 3261 §12.1
	invite := ourInvite(t)
	a, errA := NewUAC(invite, response(t, "180 Ringing", "a", "Contact: <sip:11@192.0.2.50>"))
	b, errB := NewUAC(invite, response(t, "180 Ringing", "b"))
	if errA != nil || errB != nil || a.ID() == b.ID() {
		t.Fatalf("%v %v: %+v and %+v", errA, errB, a, b)
	}
	if a.Confirmed() {
		t.Error("a provisional response confirmed the dialog")
	}
	if got := b.Request("BYE").RequestURI; got != invite.RequestURI {
		t.Errorf("without a Contact requests go to %q", got)
	}
	b.Confirm(response(t, "200 OK", "b", "Contact: <sip:11@192.0.2.51>", "Record-Route: <sip:p1.example.net;lr>"))
	if hop, _ := b.NextHop(); !b.Confirmed() || hop.Host != "p1.example.net" {
		t.Errorf("confirmed %v with next hop %q; the 2xx recomputes the route set", b.Confirmed(), hop.Host)
	}
	b.Confirm(response(t, "200 OK", "b", "Contact: <sip:11@192.0.2.52>"))
	if hop, _ := b.NextHop(); hop.Host != "p1.example.net" {
		t.Error("a repeated 2xx changed the route set")
	}
}

func TestRoutesThatAreNoAddressesAreLeftOut(t *testing.T) {
	const routes = "Record-Route: \xb4sip:p2.example.net;lr>, <sip:p1.example.net;lr>, <tel:+49301234>, <http://p0.example.net>"
	out, errOut := NewUAC(ourInvite(t), response(t, "200 OK", "a", "Contact: <sip:11@192.0.2.50>", routes))
	in, errIn := NewUAS(theirInvite(t, "Contact: <sip:11@192.0.2.50>", routes), "ours")
	if errOut != nil || errIn != nil {
		t.Fatal(errOut, errIn)
	}
	for name, d := range map[string]*Dialog{"called": out, "calling": in} {
		if got := d.Request("BYE").Get("Route"); got != "<sip:p1.example.net;lr>" {
			t.Errorf("%s: Route is %q", name, got)
		}
	}
}

func TestOrderOfRequests(t *testing.T) { // RFC 3261 §12.2.2
	d, err := NewUAS(theirInvite(t, "Contact: <sip:11@192.0.2.50>"), "ours")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		seq  string
		want bool
	}{{"19 BYE", false}, {"21 OPTIONS", true}, {"20 BYE", false}, {"30 INFO", true}, {"30 INFO", false}, {"30 BYE", true}, {"4294967296 BYE", false}} {
		req := theirInvite(t)
		req.Set("CSeq", tt.seq)
		if got := d.Receive(req); got != tt.want {
			t.Errorf("CSeq %q in order: %v, want %v", tt.seq, got, tt.want)
		}
	}
}

func TestFirstRequestOfThePeerMayHaveAnyNumber(t *testing.T) { // RFC 3261 §12.1.2: "MUST be empty"
	d, err := NewUAC(ourInvite(t), response(t, "200 OK", "a", "Contact: <sip:11@192.0.2.50>"))
	if err != nil {
		t.Fatal(err)
	}
	req := theirInvite(t)
	req.Set("CSeq", "1 BYE")
	if !d.Receive(req) {
		t.Error("refused")
	}
}

func TestTargetRefresh(t *testing.T) { // RFC 3261 §12.2.2
	d, err := NewUAS(theirInvite(t, "Contact: <sip:11@192.0.2.50>"), "ours")
	if err != nil {
		t.Fatal(err)
	}
	d.Refresh(theirInvite(t, "Contact: <sip:11@192.0.2.77>"))
	d.Refresh(theirInvite(t, "Contact: <tel:11>"))
	d.Refresh(theirInvite(t))
	if got := d.Request("BYE").RequestURI; got != "sip:11@192.0.2.77" {
		t.Errorf("BYE to %q", got)
	}
}

func TestWhoBelongsToADialog(t *testing.T) {
	d, err := NewUAS(theirInvite(t, "Contact: <sip:11@192.0.2.50>"), "ours")
	if err != nil {
		t.Fatal(err)
	}
	bye := theirInvite(t)
	if _, err := RequestID(bye); err == nil {
		t.Error("a request without To tag has a dialog")
	}
	bye.Set("To", "<sip:door@pbx.example.net>;tag=ours")
	if id, err := RequestID(bye); err != nil || id != d.ID() {
		t.Errorf("got %+v, %v; want %+v", id, err, d.ID())
	}
}

func TestInviteWithoutContactMakesNoDialog(t *testing.T) { // RFC 3261 §8.1.1.8
	for _, more := range [][]string{nil, {"Contact: *"}, {"Contact: <tel:11>"}} {
		if _, err := NewUAS(theirInvite(t, more...), "ours"); err == nil {
			t.Errorf("%q made a dialog", more)
		}
	}
}

func TestMessagesThatMakeNoDialog(t *testing.T) {
	invite := ourInvite(t)
	for why, resp := range map[string]*sip.Message{
		"no To tag":    parse(t, "SIP/2.0 180 Ringing", "From: <sip:a@b>;tag=us", "To: <sip:11@b>", "Call-ID: c1"),
		"To no one":    parse(t, "SIP/2.0 180 Ringing", "From: <sip:a@b>;tag=us", "To: <", "Call-ID: c1"),
		"From no one":  parse(t, "SIP/2.0 180 Ringing", "From: <", "To: <sip:11@b>;tag=x", "Call-ID: c1"),
		"no addresses": parse(t, "SIP/2.0 180 Ringing", "Call-ID: c1"),
	} {
		if d, err := NewUAC(invite, resp); err == nil {
			t.Errorf("%s: made %+v", why, d.ID())
		}
	}
	bad := invite.Clone()
	bad.Set("CSeq", "seven INVITE")
	if _, err := NewUAC(bad, response(t, "180 Ringing", "a")); err == nil {
		t.Error("an INVITE without a number made a dialog")
	}
	for _, name := range []string{"CSeq", "From", "To", "Contact"} {
		m := theirInvite(t, "Contact: <sip:11@192.0.2.50>")
		m.Set(name, "<")
		if d, err := NewUAS(m, "ours"); err == nil || !strings.Contains(err.Error(), "INVITE of a dialog") {
			t.Errorf("%s without sense: made %+v, %v", name, d, err)
		}
		if id, err := RequestID(m); name == "From" && err == nil {
			t.Errorf("%s without sense is in dialog %+v", name, id)
		}
	}
}

func TestRefreshFollowsThePeer(t *testing.T) { // RFC 3261 §12.2.1.2
	d, err := NewUAS(theirInvite(t, "Contact: <sip:11@192.0.2.50>"), "ours")
	if err != nil {
		t.Fatal(err)
	}
	if d.Accept(); !d.Confirmed() || d.Routed() || d.Remote() != "<sip:11@pbx.example.net>;tag=them" {
		t.Errorf("confirmed %v, routed %v, with %s", d.Confirmed(), d.Routed(), d.Remote())
	}
	d.Refresh(parse(t, "UPDATE sip:door@192.0.2.1 SIP/2.0", "Contact: <sip:11@192.0.2.99:5070>"))
	if d.Target() != "sip:11@192.0.2.99:5070" {
		t.Errorf("the target is %s", d.Target())
	}
	for _, contact := range []string{"Contact: <tel:11>", "Contact: <", "Subject: none"} {
		if d.Refresh(parse(t, "UPDATE sip:door@192.0.2.1 SIP/2.0", contact)); d.Target() != "sip:11@192.0.2.99:5070" {
			t.Errorf("%q: the target is %s", contact, d.Target())
		}
	}
	if hop, err := d.NextHop(); err != nil || hop.Host != "192.0.2.99" {
		t.Errorf("next hop %v, %v", hop, err)
	}
}

// With a proxy that cannot be found, the peer itself is asked.
func TestNextHopThatCannotBeRead(t *testing.T) {
	d, err := NewUAC(ourInvite(t), response(t, "200 OK", "a", "Contact: <sip:11@192.0.2.50>", "Record-Route: <nonsense"))
	if err != nil {
		t.Fatal(err)
	}
	if hop, err := d.NextHop(); err != nil || hop.Host != "192.0.2.50" || d.Routed() {
		t.Errorf("next hop %v, %v, routed %v", hop, err, d.Routed())
	}
}
