package uatest

import (
	"fmt"
	"net/netip"

	"intercom/ua/sip"
)

// Dialog is the peer's side of a call; its fields may be bent to say what a
// broken peer would say.
type Dialog struct {
	Peer          *Peer
	To            netip.AddrPort // where requests go
	Target        string         // Request-URI
	CallID        string
	Local, Remote string // From and To of the peer's requests
	Seq           int

	invite *sip.Message // the last INVITE
}

// Call begins a call of the peer to user at a user agent. The INVITE follows.
func (p *Peer) Call(to netip.AddrPort, user string) *Dialog {
	return &Dialog{
		Peer: p, To: to, Target: fmt.Sprintf("sip:%s@%s", user, to), CallID: p.word("call"),
		Local:  fmt.Sprintf("\"House\" <sip:11@%s>;tag=%s", p.Addr, p.word("tag")),
		Remote: fmt.Sprintf("<sip:%s@%s>", user, to),
	}
}

// Build makes the next request without sending it.
func (d *Dialog) Build(method string, lines ...string) *sip.Message {
	if method != "ACK" && method != "CANCEL" {
		d.Seq++
	}
	m := sip.NewRequest(method, d.Target)
	m.Add("Via", fmt.Sprintf("SIP/2.0/%s %s;branch=%s%s;rport", d.Peer.transport, d.Peer.Addr, sip.BranchCookie, d.Peer.word("branch")))
	m.Add("Max-Forwards", "70")
	m.Add("From", d.Local)
	m.Add("To", d.Remote)
	m.Add("Call-ID", d.CallID)
	m.Add("CSeq", fmt.Sprint(d.Seq, " ", method))
	if method == "INVITE" {
		m.Add("Contact", d.Peer.contact("11"))
	}
	fill(m, lines)
	if method == "INVITE" {
		d.invite = m
	}
	return m
}

// Request sends the next request of the dialog.
func (d *Dialog) Request(method string, lines ...string) *sip.Message {
	d.Peer.T.Helper()
	m := d.Build(method, lines...)
	d.Peer.SendMessage(d.To, m)
	return m
}

// Again sends the last INVITE once more, as a retransmission.
func (d *Dialog) Again() { d.Peer.SendMessage(d.To, d.invite) }

// Cancel sends a CANCEL for the last INVITE.
func (d *Dialog) Cancel(lines ...string) {
	d.Peer.T.Helper()
	m := d.Build("CANCEL", lines...)
	m.Set("Via", d.invite.Get("Via"))
	m.Set("To", d.invite.Get("To"))
	m.RequestURI = d.invite.RequestURI
	d.Peer.SendMessage(d.To, m)
}

// Want waits for a response and takes its To tag and Contact into the dialog.
func (d *Dialog) Want(status int) *Message {
	d.Peer.T.Helper()
	m := d.Peer.WantResponse(status)
	if m.CallID() != d.CallID {
		d.Peer.T.Fatalf("want %d of call %q, got:\n%s", status, d.CallID, m)
	}
	if cseq, err := m.CSeq(); err == nil && cseq.Method == "INVITE" && status > 100 && status < 300 {
		d.Remote = m.Get("To")
		if contact, err := m.Contact(); err == nil {
			d.Target = contact.URI.String()
		}
	}
	return m
}

// Ack acknowledges the last INVITE: a 2xx in the dialog.
func (d *Dialog) Ack(lines ...string) { d.Peer.T.Helper(); d.Request("ACK", lines...) }

// AckRefusal acknowledges a final response of 300 to 699, in the transaction.
func (d *Dialog) AckRefusal(resp *Message) {
	d.Peer.T.Helper()
	m := d.Build("ACK")
	m.Set("Via", d.invite.Get("Via"))
	m.Set("To", resp.Get("To"))
	m.RequestURI = d.invite.RequestURI
	d.Peer.SendMessage(d.To, m)
}
