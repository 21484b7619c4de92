package wire

import (
	"slices"
	"strings"

	"intercom/ua/sip"
)

// judgeSequences: the phone counts its requests one by one (RFC 3261 §10.2, §12.2.1.1).
func (r *record) judgeSequences() {
	type counter struct{ call, local, remote string }
	last := map[counter]uint32{}
	seen := map[string]bool{}
	for _, w := range r.words {
		if !w.byPhone || !w.IsRequest() || w.Method == "ACK" || w.Method == "CANCEL" || seen[w.Method+w.branch] {
			continue
		}
		seen[w.Method+w.branch] = true
		here := counter{w.CallID(), w.from.Tag(), w.to.Tag()}
		before, ok := last[here]
		if !ok { // the INVITE that made the dialog had no To tag yet
			before, ok = last[counter{w.CallID(), w.from.Tag(), ""}]
		}
		if ok && w.cseq.Seq != before+1 {
			r.blame(w, "CSeq %d after %d", w.cseq.Seq, before)
		}
		last[here] = w.cseq.Seq
	}
}

// path is where the requests of a dialog go.
type path struct {
	target string
	routes []string
	fixed  bool // the route set of a confirmed dialog does not change any more
}

// judgeDialogs: requests within a dialog go to the peer's Contact along the route set (RFC 3261 §12.2.1.1).
func (r *record) judgeDialogs() {
	type id struct{ call, local, remote string }
	paths := map[id]*path{}
	for i, w := range r.words {
		local, remote := w.tags()
		key := id{w.CallID(), local, remote}
		switch {
		case w.byPhone && w.IsRequest():
			// Of CANCEL, and the ACK of a refusal, the judge has seen that they are like the INVITE.
			if p := paths[key]; p != nil && w.Method != "CANCEL" && !(w.Method == "ACK" && r.refused(i)) {
				r.judgePath(w, *p)
			}
		case w.byPhone && w.cseq.Method == "INVITE" && w.Status > 100 && w.Status < 300:
			if q := r.questionOf(i); q >= 0 && paths[key] == nil {
				paths[key] = &path{contactOf(r.words[q]), r.words[q].all("Record-Route"), true}
			} else if q >= 0 && w.Status >= 200 {
				paths[key].target = contactOf(r.words[q])
			}
		case w.byPhone && w.cseq.Method == "UPDATE" && w.Status >= 200 && w.Status < 300:
			if q := r.questionOf(i); q >= 0 && paths[key] != nil && r.words[q].Has("Contact") {
				paths[key].target = contactOf(r.words[q])
			}
		case !w.byPhone && !w.IsRequest() && w.Status > 100 && w.Status < 300 && remote != "":
			learn(paths, key, w)
		}
	}
}

// learn takes the path from a response to the phone's INVITE or UPDATE.
func learn[K comparable](paths map[K]*path, key K, w word) {
	p := paths[key]
	switch {
	case w.cseq.Method == "INVITE" && p == nil:
		p = &path{}
		paths[key] = p
	case w.cseq.Method != "INVITE" && w.cseq.Method != "UPDATE" || p == nil:
		return
	}
	if w.Has("Contact") {
		p.target = contactOf(w)
	}
	if w.cseq.Method == "INVITE" && !p.fixed {
		p.routes = w.all("Record-Route")
		slices.Reverse(p.routes)
		p.fixed = w.Status >= 200
	}
}

// refused tells whether the i-th word acknowledges a refusal: it has the branch of its INVITE.
func (r *record) refused(i int) bool {
	return slices.ContainsFunc(r.words[:i], func(w word) bool { return w.byPhone && w.Method == "INVITE" && w.branch == r.words[i].branch })
}

func contactOf(w word) string {
	contact, err := w.Contact()
	if err != nil {
		return ""
	}
	return contact.URI.String()
}

func (r *record) judgePath(w word, p path) {
	target, routes := p.target, p.routes
	// "If the route set is not empty, and its first URI does not contain the lr parameter" that URI is the Request-URI.
	if len(routes) > 0 && !strings.Contains(routes[0], ";lr") {
		first, _ := sip.ParseAddress(routes[0])
		routes = append(slices.Clone(routes[1:]), "<"+target+">")
		target = first.URI.String()
	}
	if target != "" && w.RequestURI != target {
		r.blame(w, "the dialog's target is %q", target)
	}
	if !slices.Equal(w.all("Route"), routes) {
		r.blame(w, "the dialog's route set is %q", routes)
	}
}

// questionOf finds the request that the i-th word answers.
func (r *record) questionOf(i int) int {
	w := r.words[i]
	return slices.IndexFunc(r.words[:i], func(q word) bool {
		return !q.byPhone && q.IsRequest() && q.branch == w.branch && q.Method == w.cseq.Method && q.Get("Call-ID") == w.Get("Call-ID")
	})
}
