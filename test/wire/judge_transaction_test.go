package wire

import (
	"slices"
	"time"
)

// judgeRepetition: what the phone says again is what it said, when it is due and not after it was answered (RFC 3261 §17.1).
func (r *record) judgeRepetition(i int) {
	w := r.words[i]
	if w.Method == "ACK" {
		return // counted by judgeAcks
	}
	var sent []word
	for _, e := range r.words[:i] {
		if e.byPhone && e.IsRequest() && e.branch == w.branch && e.Method == w.Method {
			sent = append(sent, e)
		}
	}
	if len(sent) == 0 {
		return
	}
	last := sent[len(sent)-1]
	if last.text != w.text {
		r.blame(w, "the same branch as another request")
	}
	if w.transport != "UDP" {
		r.blame(w, "repeated over %s", w.transport)
	}
	gap := repeats(w.Method, len(sent))
	most := 11 // in the 32 s of Timer F
	if w.Method == "INVITE" {
		most = 7
	}
	if len(sent) >= most {
		r.blame(w, "sent %d times", len(sent)+1)
	}
	heard, provisional := r.answeredBefore(w, last)
	switch got := w.at.Sub(last.at); {
	case heard:
		r.blame(w, "repeated although it was answered")
	case provisional && w.Method != "INVITE":
		gap = 4 * time.Second // T2, as soon as the state is Proceeding (§17.1.2.2)
		fallthrough
	default:
		if got < gap/2 && !provisional || got > gap+2*slack {
			r.blame(w, "repeated after %v, want %v", got, gap)
		}
	}
}

// repeats is the pause before the n-th repetition: Timer A doubles, Timer E up to T2.
func repeats(method string, n int) time.Duration {
	pause := 500 * time.Millisecond << (n - 1)
	if method != "INVITE" {
		pause = min(pause, 4*time.Second)
	}
	return pause
}

// answeredBefore tells whether the peer had answered the request for good, in time for it not to be repeated, and whether it had for now.
func (r *record) answeredBefore(w, last word) (final, provisional bool) {
	for _, a := range r.words {
		if a.byPhone || a.IsRequest() || a.branch != w.branch || a.cseq != w.cseq || w.at.Sub(a.at) < slack {
			continue
		}
		if a.Status >= 200 || w.Method == "INVITE" {
			final = true
		} else {
			provisional = true
		}
	}
	return final, provisional
}

// judgeAcks: each copy of a final response to an INVITE has its ACK, and no ACK comes without one (RFC 3261 §17.1.1.3, §13.2.2.4).
func (r *record) judgeAcks() {
	type answer struct{ branch, tag string }
	owed, got := map[answer]int{}, map[answer]int{}
	finals := map[answer]word{}
	for i, w := range r.words {
		switch {
		case !w.byPhone && w.Status >= 200 && w.cseq.Method == "INVITE":
			if invite := r.inviteOf(i); invite != nil {
				owed[answer{w.branch, w.to.Tag()}]++
				finals[answer{w.branch, w.to.Tag()}] = w
			}
		case w.byPhone && w.Method == "ACK":
			r.judgeAck(i, func(final word) { got[answer{final.branch, final.to.Tag()}]++ })
		}
	}
	for a, n := range owed {
		if got[a] != n {
			r.blame(finals[a], "sent %d times and acknowledged %d times", n, got[a])
		}
	}
}

// inviteOf finds the phone's INVITE that the i-th word, a response, answers.
func (r *record) inviteOf(i int) *word {
	a := r.words[i]
	n := slices.IndexFunc(r.words[:i], func(w word) bool { return w.byPhone && w.Method == "INVITE" && w.branch == a.branch })
	if n < 0 {
		return nil
	}
	return &r.words[n]
}

func (r *record) judgeAck(i int, count func(final word)) {
	ack := r.words[i]
	for j := i - 1; j >= 0; j-- {
		final := r.words[j]
		if final.byPhone || final.Status < 200 || final.cseq.Method != "INVITE" || final.cseq.Seq != ack.cseq.Seq ||
			final.CallID() != ack.CallID() || final.to.Tag() != ack.to.Tag() {
			continue
		}
		invite := r.inviteOf(j)
		if invite == nil {
			continue
		}
		count(final)
		r.compareAck(ack, final, *invite)
		return
	}
	r.blame(ack, "an ACK for nothing")
}

// compareAck: the ACK of a refusal is part of the transaction, that of a 2xx a request of its own with the same credentials.
func (r *record) compareAck(ack, final, invite word) {
	same := []string{"From", "Authorization", "Proxy-Authorization"}
	if final.Status >= 300 {
		same = []string{"From", "Via", "Route"}
		if ack.RequestURI != invite.RequestURI {
			r.blame(ack, "the ACK of an INVITE to %q", invite.RequestURI)
		}
	} else if ack.branch == invite.branch {
		r.blame(ack, "the ACK of a 2xx has the branch of the INVITE")
	}
	for _, name := range same {
		if !slices.Equal(ack.all(name), invite.all(name)) {
			r.blame(ack, "%s of the INVITE was %q", name, invite.all(name))
		}
	}
	if final.Status >= 300 && ack.Get("To") != final.Get("To") {
		r.blame(ack, "To of the response was %q", final.Get("To"))
	}
}

// judgeCancels: a CANCEL is like its INVITE and comes after a provisional response (RFC 3261 §9.1).
func (r *record) judgeCancels() {
	for i, w := range r.words {
		if !w.byPhone || w.Method != "CANCEL" {
			continue
		}
		n := slices.IndexFunc(r.words[:i], func(q word) bool { return q.byPhone && q.Method == "INVITE" && q.branch == w.branch })
		if n < 0 {
			r.blame(w, "a CANCEL for nothing")
			continue
		}
		invite := r.words[n]
		for _, name := range []string{"Via", "From", "To", "Call-ID", "Route"} {
			if !slices.Equal(w.all(name), invite.all(name)) {
				r.blame(w, "%s of the INVITE was %q", name, invite.all(name))
			}
		}
		if w.cseq.Seq != invite.cseq.Seq || w.RequestURI != invite.RequestURI {
			r.blame(w, "the INVITE was %s with CSeq %d", invite.RequestURI, invite.cseq.Seq)
		}
		provisional := func(a word) bool { return !a.byPhone && a.branch == w.branch && a.Status > 0 && a.Status < 200 }
		if !slices.ContainsFunc(r.words[:i], provisional) {
			r.blame(w, "a CANCEL before any provisional response")
		}
	}
}
