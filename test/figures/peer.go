package main

import (
	"fmt"
	"net"
	"net/netip"
	"time"

	"intercom/ua/sip"
)

// peer is the registrar and the caller on the other side.
type peer struct {
	conn  *net.UDPConn
	calls int
}

// patience is how long the station may take for any one message.
const patience = 10 * time.Second

func listen() (*peer, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	return &peer{conn: conn}, nil
}

func (p *peer) close() { p.conn.Close() }

func (p *peer) addr() netip.AddrPort { return p.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

// register waits for a REGISTER and grants it.
func (p *peer) register() error {
	m, from, err := p.receive()
	if err != nil {
		return fmt.Errorf("waiting for REGISTER: %w", err)
	}
	if m.Method != "REGISTER" {
		return fmt.Errorf("the first request is %q, not REGISTER", m.Method)
	}
	p.answer(m, from)
	return nil
}

// answer says 200 to a request, with the contact that it may hold.
func (p *peer) answer(req *sip.Message, to netip.AddrPort) {
	resp := sip.NewResponse(req, 200, "")
	if contact := req.Get("Contact"); contact != "" {
		resp.Add("Contact", contact)
		resp.Add("Expires", "600")
	}
	p.send(resp, to)
}

func (p *peer) send(m *sip.Message, to netip.AddrPort) {
	p.conn.WriteToUDPAddrPort(m.Append(nil), to)
}

// receive returns the next message. OPTIONS and REGISTER refreshes are the station's to send at any time.
func (p *peer) receive() (*sip.Message, netip.AddrPort, error) {
	buf := make([]byte, 65536)
	p.conn.SetReadDeadline(time.Now().Add(patience))
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return nil, from, err
		}
		if m, err := sip.Parse(buf[:n]); err == nil {
			return m, from, nil
		}
	}
}

// conversation is one call to the station.
type conversation struct {
	peer     *peer
	door     netip.AddrPort
	invite   *sip.Message
	to       string // with the station's tag
	answered time.Duration
	media    *net.UDPConn
	remote   netip.AddrPort
}

// call places a call and takes the time until it is answered.
func (p *peer) call(door netip.AddrPort) (*conversation, error) {
	c, err := p.invite(door)
	if err != nil {
		return nil, err
	}
	sent := time.Now()
	p.send(c.invite, door)
	for {
		m, err := p.response("INVITE")
		if err != nil {
			return nil, err
		}
		if m.Status == 200 {
			c.answered = time.Since(sent)
			return c, c.confirm(m)
		}
		if m.Status > 200 {
			return nil, fmt.Errorf("the station answers INVITE with %d %q", m.Status, m.Reason)
		}
	}
}

// ringTimes places n calls, takes the times until the station rings, and cancels them.
func (p *peer) ringTimes(door netip.AddrPort, n int) (times []time.Duration, err error) {
	for range n {
		c, err := p.invite(door)
		if err != nil {
			return nil, err
		}
		sent := time.Now()
		p.send(c.invite, door)
		for status := 0; status != 180; {
			m, err := p.response("INVITE")
			if err != nil {
				return nil, err
			}
			status = m.Status
		}
		times = append(times, time.Since(sent))
		if err := c.cancel(); err != nil {
			return nil, err
		}
	}
	return times, nil
}

// response returns the next response to a request of this method, and answers the requests before it.
func (p *peer) response(method string) (*sip.Message, error) {
	for {
		m, from, err := p.receive()
		if err != nil {
			return nil, fmt.Errorf("waiting for a response to %s: %w", method, err)
		}
		if m.IsRequest() {
			p.answer(m, from)
		} else if cseq, err := m.CSeq(); err == nil && cseq.Method == method {
			return m, nil
		}
	}
}

// invite makes the INVITE of a new call, with a port for its media.
func (p *peer) invite(door netip.AddrPort) (*conversation, error) {
	media, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	p.calls++
	c := &conversation{peer: p, door: door, media: media}
	c.invite = c.request("INVITE", 1, fmt.Sprintf("<sip:door@%s>", p.addr()))
	c.invite.Add("Content-Type", "application/sdp")
	c.invite.Body = fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP 8\r\n", media.LocalAddr().(*net.UDPAddr).Port)
	return c, nil
}

// cancel ends a call that rings.
func (c *conversation) cancel() error {
	defer c.media.Close()
	cancel := c.request("CANCEL", 1, c.invite.Get("To"))
	cancel.Set("Via", c.invite.Get("Via"))
	c.peer.send(cancel, c.door)
	for {
		m, err := c.peer.response("INVITE")
		if err != nil {
			return err
		}
		if m.Status < 200 {
			continue
		}
		ack := c.request("ACK", 1, m.Get("To"))
		ack.Set("Via", c.invite.Get("Via"))
		c.peer.send(ack, c.door)
		return nil
	}
}

func (c *conversation) confirm(ok *sip.Message) error {
	c.to = ok.Get("To")
	c.peer.send(c.request("ACK", 1, c.to), c.door)
	var port uint16
	for _, line := range splitLines(ok.Body) {
		if _, err := fmt.Sscanf(line, "m=audio %d", &port); err == nil {
			c.remote = netip.AddrPortFrom(c.door.Addr(), port)
			return nil
		}
	}
	return fmt.Errorf("no audio in the answer %q", ok.Body)
}

// hangUp ends the call and waits for the 200.
func (c *conversation) hangUp() error {
	defer c.media.Close()
	c.peer.send(c.request("BYE", 2, c.to), c.door)
	_, err := c.peer.response("BYE")
	return err
}

func (c *conversation) request(method string, seq int, to string) *sip.Message {
	self := c.peer.addr()
	m := &sip.Message{Method: method, RequestURI: fmt.Sprintf("sip:door@%s", c.door), Version: "SIP/2.0"}
	m.Add("Via", fmt.Sprintf("SIP/2.0/UDP %s;branch=z9hG4bK%d-%s-%d;rport", self, c.peer.calls, method, seq))
	m.Add("Max-Forwards", "70")
	m.Add("From", fmt.Sprintf("<sip:house@%s>;tag=f%d", self, c.peer.calls))
	m.Add("To", to)
	m.Add("Call-ID", fmt.Sprintf("figures-%d", c.peer.calls))
	m.Add("CSeq", fmt.Sprintf("%d %s", seq, method))
	m.Add("Contact", fmt.Sprintf("<sip:house@%s>", self))
	return m
}
