package ua_test

import (
	"testing"
	"time"

	"intercom/test/memnet"
	"intercom/ua"
	"intercom/ua/uatest"
)

// What a transfer leaves behind when its call is over.
func TestAfterTheCall(t *testing.T) {
	story(t, "the subscription can be prolonged and ended (RFC 6665 §4.5.2)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		h.referred(call, otherAddr)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		call.Request("SUBSCRIBE", "Event: refer", "Expires: 50")
		call.Want(200)
		wantNotify(h, p, "100", "active;expires=50").Reply(200)
		old := *call
		old.Seq = 1
		old.Request("SUBSCRIBE", "Event: refer", "Expires: 0")
		old.Want(500)
		call.Request("BYE")
		call.Want(481)
		call.Request("REFER", "Refer-To: <sip:12@192.0.2.21>")
		call.Want(481)
		call.Request("SUBSCRIBE", "Event: refer", "Expires: 0")
		call.Want(200)
		wantNotify(h, p, "100", "terminated;reason=timeout").Reply(200)
		other.WantRequest("INVITE").Reply(486)
		h.wantEnded(486, true)
		p.WantSilence(time.Minute)
	})
	story(t, "strangers who know its tags are not heard", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		h.ua.Transfer("in-1", "sip:12@192.0.2.21")
		p.WantRequest("REFER").Reply(202)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		overheard := *call
		overheard.Peer = other
		notify(&overheard, "SIP/2.0 200 OK", "terminated;reason=noresource")
		other.WantSilence(time.Second)
		notify(call, "SIP/2.0 603 Decline", "terminated;reason=noresource")
		call.Want(200)
		h.wantTransferred(603, true)
	}, func(o *ua.Options) { o.Config.Allow = []string{"192.0.2.20"} })
}

func TestTransferMistakesOfTheOwner(t *testing.T) {
	story(t, "a name that is taken: 603, and nobody is called", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		call.Request("REFER", "Refer-To: <sip:12@"+other.Addr.String()+">")
		want[ua.Referred](h)
		h.ua.Follow("in-1", "in-1", media())
		call.Want(603)
		other.WantSilence(time.Minute)
	})
	story(t, "a status that is none: 603", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("REFER", "Refer-To: <sip:12@192.0.2.21>")
		want[ua.Referred](h)
		h.ua.Decline("in-1", 200, "")
		call.Want(603)
		h.ua.Decline("in-1", 603, "")
		h.ua.Decline("in-9", 603, "")
		h.wantQuiet(time.Minute)
	})
}

// Whoever asked hears how it went, whatever the network does.
func TestTransferOverABadNetwork(t *testing.T) {
	story(t, "lost, doubled and late", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		bad := memnet.Link{Loss: 0.3, Duplicate: 0.2, Reorder: 0.2, Delay: 30 * time.Millisecond, Jitter: 30 * time.Millisecond}
		call.Request("REFER", "Refer-To: <sip:12@"+other.Addr.String()+">")
		h.ua.Follow(want[ua.Referred](h).Call, "out-1", media())
		call.Want(202)
		h.net.SetLink(doorAddr.Addr(), phoneAddr.Addr(), bad)
		invite := other.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		time.Sleep(2 * time.Second)
		invite.Reply(200, uatest.SDP(rtp(other)))
		other.WantRequest("ACK")
		want[ua.Answered](h)
		for {
			m := p.Receive(uatest.Patience)
			if m == nil {
				h.Fatal("no news of the answer")
			}
			if m.Method != "NOTIFY" {
				continue
			}
			m.Reply(200)
			if string(m.Body) == "SIP/2.0 200 OK\r\n" {
				break
			}
		}
	})
	story(t, "the station stops in the middle of it", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		h.referred(h.callIn(p), otherAddr)
		invite := other.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		wantNotify(h, p, "180", "active").Reply(200)
		begin := time.Now()
		h.stop()
		if took := time.Since(begin); took > 2*time.Second+100*time.Millisecond {
			h.Errorf("stopping took %v", took)
		}
	})
}

func TestInfoWhenTheCallEnds(t *testing.T) {
	story(t, "what waits is not sent any more", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		h.ua.SendInfo("in-1", "application/dtmf", []byte("4"))
		h.ua.SendInfo("in-1", "application/dtmf", []byte("2"))
		info := p.WantRequest("INFO")
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		info.Reply(200)
		p.WantSilence(time.Minute)
	})
}

func TestReplacesAnOldPeer(t *testing.T) { // RFC 3891 §3: a tag of zero is none
	story(t, "a call with a peer from before RFC 3261 gives its place away", func(h *house) {
		o := h.oldPhone()
		o.say("INVITE", uatest.SDP(rtp(o.Peer)))
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		o.Want(200)
		o.say("ACK")
		want[ua.Answered](h)
		tagged := *o.Dialog
		tagged.Local += ";tag=0"
		other := h.phone(otherAddr)
		call := other.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(other)), replaces(h, &tagged, ""))
		in := want[ua.Incoming](h)
		if in.Replaces != "in-1" {
			h.Fatalf("told %+v", in)
		}
		h.ua.Answer(in.Call, media())
		call.Want(200)
		h.wantEnded(0, false)
		o.Peer.WantRequest("BYE").Reply(200)
		call.Ack()
		want[ua.Answered](h)
	})
}
