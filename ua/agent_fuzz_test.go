package ua_test

import (
	"encoding/binary"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"intercom/ua"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// FuzzAgent plays any sequence of requests, answers, commands and waits, broken
// ones too, to a user agent: it does not panic, ends each call once, leaves
// nothing behind, and still answers.
func FuzzAgent(f *testing.F) {
	f.Add([]byte{0, 32, 33, 3, 48, 4})                         // called, rings, answers, ACK, waits, BYE
	f.Add([]byte{31, 17, 20, 48, 34, 48})                      // calls, 180, 200, waits, hangs up
	f.Add([]byte{31, 17, 48, 34, 20, 48})                      // hangs up while 200 is under way
	f.Add([]byte{0, 33, 3, 2, 3, 36, 20, 37, 23, 50, 4})       // re-INVITE, hold, resume, 491
	f.Add([]byte{0, 33, 3, 9, 38, 10, 11, 51, 7, 8, 12, 13})   // REFER, NOTIFY, SUBSCRIBE, UPDATE, INFO, MESSAGE
	f.Add([]byte{31, 18, 6, 24, 48, 25, 26, 48, 21, 48, 22})   // reliable 183, challenges, redirections, 503
	f.Add([]byte{0x80, 0, 40, 'x', 0x80, 1, 200, 0, 0, 33, 3}) // broken ones
	f.Add([]byte{0x40, 1, 0x41, 2, 0x42, 5, 0x49, 0, 0x40, 7}) // header fields where they do not belong
	f.Fuzz(func(t *testing.T, steps []byte) {
		synctest.Test(t, func(t *testing.T) {
			s := &sequence{house: newHouse(t, names(nil)), ended: map[ua.CallID]int{}}
			s.peer = s.phone(phoneAddr)
			s.call = s.peer.Call(s.addr, "door")
			s.play(steps[:min(len(steps), 120)])
			s.finish()
		})
	})
}

// sequence is what the steps of FuzzAgent act on.
type sequence struct {
	*house
	peer           *uatest.Peer
	call           *uatest.Dialog
	last           *uatest.Message // request of the agent
	calls          []ua.CallID
	dials, follows int
	ended          map[ua.CallID]int
}

// Header fields that a request may carry beside its own.
var extraFields = []string{
	"Require: 100rel", "Supported: 100rel, timer, replaces", "Session-Expires: 90;refresher=uac", "Session-Expires: 1\r\nMin-SE: 0",
	"Replaces: x;to-tag=1;from-tag=2", "Refer-To: <sip:13@192.0.2.20?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>", "RAck: 1 1 INVITE",
	"Event: refer;id=4294967295", "Subscription-State: terminated;reason=noresource;retry-after=0", "Retry-After: 4294967296 (x)",
	"Reason: SIP;cause=200;text=\"x\"", "Content-Encoding: gzip", "Expires: 1", "Contact: <tel:1>", "Record-Route: <sip:192.0.2.20;lr>, <sip:x>",
	"RSeq: 4294967295", "Min-SE: 7200", "Privacy: id;critical", "Content-Type: multipart/mixed;boundary=", "To: <sip:door@192.0.2.10>;tag=x",
}

// play reads a step, what it is done to, and what for.
func (s *sequence) play(steps []byte) {
	for len(steps) > 0 {
		op := steps[0]
		steps = steps[1:]
		var extra []string
		if op&0x40 != 0 && len(steps) > 0 {
			extra = []string{extraFields[int(steps[0])%len(extraFields)]}
			steps = steps[1:]
		}
		var spoil func([]byte)
		if op&0x80 != 0 && len(steps) > 2 {
			at, with := int(binary.BigEndian.Uint16(steps)), steps[2]
			spoil = func(b []byte) { b[at%len(b)] = with }
			steps = steps[3:]
		}
		s.step(int(op&0x3f), extra, spoil)
		s.hear()
	}
}

// Requests by the number of their step, answers, and what the owner does.
var (
	stepRequests = []string{"INVITE", "again", "re-INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "INFO", "REFER", "NOTIFY", "SUBSCRIBE", "MESSAGE", "OPTIONS", "FOO", "REGISTER"}
	stepAnswers  = []int{100, 180, 183, 199, 200, 202, 503, 491, 401, 407, 302, 422, 486, 481, 603}
)

func (s *sequence) step(op int, extra []string, spoil func([]byte)) {
	switch {
	case op < 16:
		s.request(stepRequests[op], extra, spoil)
	case op < 31:
		s.answer(stepAnswers[op-16], extra, spoil)
	case op < 48:
		s.command(op - 31)
	default:
		time.Sleep(10 * time.Millisecond << (op - 48))
	}
}

func (s *sequence) request(method string, extra []string, spoil func([]byte)) {
	lines := append([]string{"Refer-To: <sip:12@192.0.2.21>", "Event: refer"}[:2*b2i(method == "REFER" || method == "NOTIFY" || method == "SUBSCRIBE")], extra...)
	if method == "INVITE" || method == "re-INVITE" || method == "UPDATE" || method == "PRACK" {
		lines = append(lines, uatest.SDP(rtp(s.peer)))
	}
	var m *sip.Message
	switch method {
	case "INVITE":
		s.call = s.peer.Call(s.addr, "door")
		m = s.call.Build("INVITE", lines...)
	case "again":
		m = s.call.Build("INVITE", lines...)
		m.Set("CSeq", "1 INVITE")
	case "re-INVITE":
		m = s.call.Build("INVITE", lines...)
	case "ACK":
		m = s.call.Build("ACK", lines...)
	default:
		m = s.call.Build(method, lines...)
	}
	s.send(m, spoil)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// answer answers the last request of the agent.
func (s *sequence) answer(status int, extra []string, spoil func([]byte)) {
	if s.last == nil {
		return
	}
	resp := sip.NewResponse(s.last.Message, status, "")
	if to, err := resp.To(); err == nil && to.Tag() == "" && status > 100 {
		resp.Set("To", to.WithTag(fmt.Sprint("t", len(extra))).String())
	}
	resp.Set("Contact", fmt.Sprintf("<sip:11@%s>", s.peer.Addr))
	switch status {
	case 183:
		resp.Add("Require", "100rel")
		resp.Add("RSeq", "1")
	case 401:
		resp.Add("WWW-Authenticate", `Digest realm="x", nonce="n", qop="auth"`)
	case 407:
		resp.Add("Proxy-Authenticate", `Digest realm="x", nonce="n", algorithm=SHA-256`)
	case 422:
		resp.Add("Min-SE", "3000")
	case 503:
		resp.Add("Retry-After", "5")
	}
	if status == 183 || status == 200 {
		resp.Add("Content-Type", "application/sdp")
		resp.Body = []byte(uatest.SDP(rtp(s.peer))[len("body: "):])
	}
	for _, line := range extra {
		name, value, _ := cutField(line)
		resp.Set(name, value)
	}
	s.send(resp, spoil)
}

func cutField(line string) (name, value string, ok bool) {
	for i := range line {
		if line[i] == ':' {
			return line[:i], line[i+2:], true
		}
	}
	return line, "", false
}

func (s *sequence) send(m *sip.Message, spoil func([]byte)) {
	b := m.Append(nil)
	if spoil != nil {
		spoil(b)
	}
	s.peer.SendBytes(s.addr, b)
}

// command lets the owner do something with the latest call.
func (s *sequence) command(what int) {
	id, before := ua.CallID("none"), ua.CallID("none")
	if n := len(s.calls); n > 0 {
		id, before = s.calls[n-1], s.calls[max(0, n-2)]
	}
	switch what {
	case 0:
		s.dials++
		id = ua.CallID(fmt.Sprint("out-", s.dials))
		s.calls = append(s.calls, id)
		s.ua.Dial(id, ua.Dial{Target: "sip:11@" + s.peer.Addr.String(), Media: media()})
	case 1:
		s.ua.Ring(id)
	case 2:
		s.ua.Answer(id, media())
	case 3:
		s.ua.Hangup(id)
	case 4:
		s.ua.Reject(id, 486, "")
	case 5:
		s.ua.Hold(id)
	case 6:
		s.ua.Resume(id)
	case 7:
		s.follows++
		s.ua.Follow(id, ua.CallID(fmt.Sprint("out-f", s.follows)), media())
	case 8:
		s.ua.Decline(id, 603, "")
	case 9:
		s.ua.Transfer(id, "sip:12@192.0.2.21")
	case 10:
		s.ua.TransferTo(id, before)
	case 11:
		s.ua.SendInfo(id, "application/dtmf-relay", []byte("Signal=5\r\n"))
	case 12:
		s.ua.Progress(id, media())
	case 13:
		s.ua.Hangup(before)
	default:
		s.ua.Message("m", ua.Text{Call: id, Text: "x"})
	}
}

// hear takes the events and what the agent sends.
func (s *sequence) hear() {
	synctest.Wait()
	for e := s.next(0); e != nil; e = s.next(0) {
		s.told(e)
	}
	for m := s.peer.Receive(time.Millisecond); m != nil; m = s.peer.Receive(time.Millisecond) {
		to := m.Get("To")
		switch {
		case m.IsRequest() && m.Method != "ACK":
			s.last = m
		case m.Status > 100 && m.Status < 300 && m.CallID() == s.call.CallID:
			s.call.Remote = to
		}
	}
}

func (s *sequence) told(e ua.Event) {
	switch e := e.(type) {
	case ua.Incoming:
		s.calls = append(s.calls, e.Call)
	case ua.Ended:
		if s.ended[e.Call]++; s.ended[e.Call] > 1 {
			s.Errorf("call %s has ended %d times", e.Call, s.ended[e.Call])
		}
	}
}

// finish hangs everything up; the rest is the house's to check.
func (s *sequence) finish() {
	for _, id := range s.calls {
		s.ua.Hangup(id)
	}
	for i := range s.follows + 1 {
		s.ua.Hangup(ua.CallID(fmt.Sprint("out-f", i)))
	}
	for begin := time.Now(); time.Since(begin) < 5*time.Minute; {
		if e := s.next(time.Minute); e != nil {
			s.told(e)
		}
	}
	for _, id := range s.calls {
		if s.ended[id] != 1 {
			s.Errorf("call %s has ended %d times", id, s.ended[id])
		}
	}
	for s.peer.Receive(time.Second) != nil {
	}
	call := s.peer.Call(s.addr, "door")
	call.Request("OPTIONS")
	if m := s.peer.Receive(time.Second); m == nil || m.Status != 200 {
		s.Errorf("afterwards OPTIONS gets\n%v", m)
	}
}
