package ua_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua"
	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// permutations calls f with every order of the words.
func permutations(words []string, f func(order []string)) {
	if len(words) == 0 {
		f(nil)
		return
	}
	for i, word := range words {
		rest := slices.Concat(words[:i], words[i+1:])
		permutations(rest, func(order []string) { f(append([]string{word}, order...)) })
	}
}

// fate is what becomes of one of the words.
type fate struct {
	at   int // -1 for none
	link memnet.Link
	name string
}

// fates are: all is well, and each of n words lost or doubled.
func fates(n int) (all []fate) {
	all = append(all, fate{at: -1, name: "nothing lost"})
	for i := range n {
		all = append(all, fate{i, memnet.Link{Loss: 1}, "lost"}, fate{i, memnet.Link{Duplicate: 1}, "doubled"})
	}
	return all
}

// everyOrder plays all orders of the words, each with every fate. Where that
// takes too long, it plays every thirteenth, which still has each fate.
func everyOrder(t *testing.T, words []string, play func(t *testing.T, order []string, f fate)) {
	stride := 1
	if testing.Short() || raced {
		stride = 17
	}
	i, played := 0, 0
	permutations(words, func(order []string) {
		for _, f := range fates(len(order)) {
			if i++; i%stride != 0 || t.Failed() {
				continue
			}
			played++
			synctest.Test(t, func(t *testing.T) {
				t.Cleanup(func() {
					if t.Failed() {
						t.Logf("in the order %q, %d %s", order, f.at, f.name)
					}
				})
				play(t, order, f)
			})
		}
	})
	t.Logf("%d orders", played)
}

// TestEveryOrderOfACallOut has the door call while two telephones answer, one
// of them hangs up, the call is refused, and the owner hangs up, in all orders.
func TestEveryOrderOfACallOut(t *testing.T) {
	everyOrder(t, []string{"180 a", "200 a", "200 b", "487 a", "BYE a", "CANCEL"}, func(t *testing.T, order []string, f fate) {
		called := &called{house: newHouse(t), saw: map[string]bool{}}
		called.peer = called.phone(phoneAddr)
		called.dial(phoneAddr)
		called.hear(10 * time.Millisecond)
		for i, word := range order {
			called.fated(f, i, func() { called.say(word) })
			called.hear(100 * time.Millisecond)
		}
		called.settle()
	})
}

// fated does something while the network does that to it.
func (h *house) fated(f fate, i int, do func()) {
	if f.at == i {
		h.net.SetLinks(f.link)
		defer h.net.SetLinks(memnet.Link{})
	}
	do()
	synctest.Wait()
}

// called is the far end of a call of the door's: two telephones that say what
// they are told to, and repeat it until it is heard.
type called struct {
	*house
	peer    *uatest.Peer
	invite  *uatest.Message
	bye     *sip.Message
	saw     map[string]bool // "ACK a", "BYE a"
	answers []int           // to BYE
	refused bool            // the door has acknowledged 487, and had no 2xx before
}

func (c *called) say(word string) {
	switch word {
	case "CANCEL":
		c.ua.Hangup("out-1")
	case "180 a":
		c.invite.As("a").Reply(180)
	case "200 a", "200 b":
		c.invite.As(word[4:]).Reply(200, uatest.SDP(rtp(c.peer)))
	case "487 a":
		c.invite.As("a").Reply(487)
	case "BYE a":
		if c.bye == nil {
			c.bye = c.invite.As("a").Within().Build("BYE")
		}
		c.peer.SendMessage(c.addr, c.bye)
	}
}

// hear takes what comes until nothing comes for that long.
func (c *called) hear(silence time.Duration) {
	for m := c.peer.Receive(silence); m != nil; m = c.peer.Receive(silence) {
		to, _ := m.To()
		switch {
		case m.Method == "INVITE":
			c.invite = m
		case m.Method == "ACK" && branch(m.Message) == branch(c.invite.Message): // RFC 3261 §17.1.1.3: of a refusal
			c.refused = true
		case m.Method == "ACK":
			c.saw["ACK "+to.Tag()] = true
		case m.IsRequest():
			c.saw[m.Method+" "+to.Tag()] = true
			m.Reply(200)
		case m.Status >= 200:
			c.answers = append(c.answers, m.Status)
		}
	}
}

func branch(m *sip.Message) string {
	via, _ := m.TopVia()
	return via.Branch()
}

// settle repeats what was not acknowledged for as long as RFC 3261 does, and
// then looks at what there is.
func (c *called) settle() {
	begun := time.Now()
	for again := true; again; {
		again = false
		for _, word := range []string{"200 a", "200 b"} {
			if !c.saw["ACK "+word[4:]] && !c.refused {
				c.say(word)
				again = true
			}
		}
		if c.bye != nil && len(c.answers) == 0 {
			c.say("BYE a")
			again = true
		}
		c.hear(time.Second)
		if time.Since(begun) > 64*time.Second {
			c.Fatal("the door leaves something without an answer for ever")
		}
	}
	c.hear(64 * time.Second)
	answered, ended := 0, 0
	for e := c.next(time.Second); e != nil; e = c.next(time.Second) {
		switch e.(type) {
		case ua.Answered:
			answered++
		case ua.Ended:
			ended++
		}
	}
	if answered > 1 || ended != 1 {
		c.Errorf("answered %d times, ended %d times", answered, ended)
	}
	c.wantEndOf("a")
	c.wantEndOf("b")
}

// wantEndOf: a 2xx that has come is acknowledged, and its dialog is ended by one
// side. Once the door has acknowledged a refusal, its transaction takes no 2xx
// any more (RFC 6026 §7.2), and knows of no dialog.
func (c *called) wantEndOf(tag string) {
	c.Helper()
	hungUp := tag == "a" && slices.Contains(c.answers, 200)
	switch acked, bye := c.saw["ACK "+tag], c.saw["BYE "+tag]; {
	case c.refused:
		if acked || bye {
			c.Errorf("fork %q: a refused call is acknowledged %v, ended %v", tag, acked, bye)
		}
	case !acked || !bye && !hungUp:
		c.Errorf("fork %q: acknowledged %v, ended by the door %v, by the telephone %v", tag, acked, bye, hungUp)
	}
}

// TestEveryOrderOfACallIn has somebody call the door, cancel and hang up while
// the owner lets it ring, answers twice and refuses, in all orders.
func TestEveryOrderOfACallIn(t *testing.T) {
	everyOrder(t, []string{"180", "200", "200 again", "487", "CANCEL", "BYE"}, func(t *testing.T, order []string, f fate) {
		c := &caller{house: newHouse(t), answers: map[string][]int{}}
		c.peer = c.phone(phoneAddr)
		c.call = c.peer.Call(c.addr, "door")
		c.call.Request("INVITE", uatest.SDP(rtp(c.peer)))
		want[ua.Incoming](c.house)
		c.hear(10 * time.Millisecond)
		for i, word := range order {
			c.fated(f, i, func() { c.say(word) })
			c.hear(100 * time.Millisecond)
		}
		c.settle()
	})
}

// caller is the far end of a call to the door.
type caller struct {
	*house
	peer     *uatest.Peer
	call     *uatest.Dialog
	requests []*sip.Message   // of ours, but the INVITE
	answers  map[string][]int // by CSeq: final statuses, repeated ones too
	byes     int              // of the door
}

func (c *caller) say(word string) {
	switch word {
	case "180":
		c.ua.Ring("in-1")
	case "200", "200 again":
		c.ua.Answer("in-1", media())
	case "487":
		c.ua.Reject("in-1", 487, "")
	case "CANCEL":
		c.call.Cancel()
	case "BYE":
		m := c.call.Build("BYE")
		c.requests = append(c.requests, m)
		c.peer.SendMessage(c.addr, m)
	}
}

func (c *caller) hear(silence time.Duration) {
	for m := c.peer.Receive(silence); m != nil; m = c.peer.Receive(silence) {
		if m.IsRequest() {
			c.byes++
			m.Reply(200)
			continue
		}
		if m.Status < 200 {
			if m.Status > 100 {
				c.call.Remote = m.Get("To")
			}
			continue
		}
		cseq := m.Get("CSeq")
		c.answers[cseq] = append(c.answers[cseq], m.Status)
		if cseq != "1 INVITE" {
			continue
		}
		if m.Status >= 300 {
			c.call.AckRefusal(m)
			continue
		}
		c.call.Remote = m.Get("To")
		ack := c.call.Build("ACK")
		ack.Set("CSeq", "1 ACK")
		c.peer.SendMessage(c.addr, ack)
	}
}

func (c *caller) settle() {
	for range 5 {
		for _, m := range c.requests {
			if len(c.answers[m.Get("CSeq")]) == 0 {
				c.peer.SendMessage(c.addr, m)
			}
		}
		c.hear(time.Second)
	}
	c.ua.Hangup("in-1")
	c.hear(64 * time.Second)
	finals := c.answers["1 INVITE"]
	slices.Sort(finals)
	// A 2xx that is lost is not repeated for who has hung up by BYE meanwhile:
	// RFC 3261 §13.3.1.4 repeats it to set a session up, and there is none.
	hungUp := slices.Contains(c.byeAnswers(), 200)
	if len(finals) == 0 && !hungUp || len(finals) > 0 && finals[0] != finals[len(finals)-1] {
		c.Errorf("the INVITE was answered with %v", finals)
	}
	for _, m := range c.requests {
		if got := c.answers[m.Get("CSeq")]; len(got) == 0 || got[0] != 200 && got[0] != 481 {
			c.Errorf("%s was answered with %v", m.Method, got)
		}
	}
	answered, ended := 0, 0
	for e := c.next(time.Second); e != nil; e = c.next(time.Second) {
		switch e.(type) {
		case ua.Answered:
			answered++
		case ua.Ended:
			ended++
		}
	}
	if answered > 1 || ended != 1 {
		c.Errorf("answered %d times, ended %d times", answered, ended)
	}
	if finals != nil && finals[0] == 200 && c.byes == 0 && !hungUp {
		c.Error("nobody has ended the call that was answered")
	}
}

func (c *caller) byeAnswers() (all []int) {
	for _, m := range c.requests {
		all = append(all, c.answers[m.Get("CSeq")]...)
	}
	return all
}
