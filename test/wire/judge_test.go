package wire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"intercom/ua/sip"
)

// word is a message of the transcript, read.
type word struct {
	saying
	*sip.Message
	cseq   sip.CSeq
	branch string
	from   sip.Address
	to     sip.Address
}

// record is what a judge knows: every message that can be read, in the order in which they came.
type record struct {
	words  []word
	faults []string
}

// judge holds what the phone has said against the rules and gives the faults, as sentences.
func judge(transcript []saying) []string {
	var r record
	for _, s := range transcript {
		w, err := read(s)
		switch {
		case err == nil && !s.byPhone && !w.IsRequest() && len(w.all("Via")) != 1:
			// RFC 3261 §8.1.3.3: it is for nobody here.
		case err == nil:
			r.words = append(r.words, w)
		case s.byPhone:
			r.faults = append(r.faults, fmt.Sprintf("%v:\n%s", err, s.text))
		}
	}
	for i, w := range r.words {
		if w.byPhone && w.IsRequest() {
			r.judgeRequest(w)
			r.judgeRepetition(i)
			r.judgeCredentials(i)
		}
	}
	r.judgeAcks()
	r.judgeCancels()
	r.judgeSequences()
	r.judgeDialogs()
	return slices.Concat(r.faults, judgeAnswers(transcript), judgeDescriptions(transcript))
}

// blame adds a fault.
func (r *record) blame(w word, format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...)+":\n"+w.text)
}

// read is what a message says; those of the phone must be well-formed and valid.
func read(s saying) (w word, err error) {
	if s.byPhone {
		if err := frame(s.text); err != nil {
			return w, err
		}
	}
	m, err := sip.Parse([]byte(s.text))
	if err != nil {
		return w, err
	}
	// A refusal repeats the fault that it complains of.
	if fault := sip.Validate(m); fault != nil && m.Status < 400 {
		return w, fault
	}
	w = word{saying: s, Message: m}
	via, _ := m.TopVia()
	w.branch = via.Branch()
	w.cseq, _ = m.CSeq()
	w.from, _ = m.From()
	w.to, _ = m.To()
	return w, nil
}

// frame says what is wrong with the outline of a message.
func frame(text string) error {
	head, body, ok := strings.Cut(text, "\r\n\r\n")
	if !ok {
		return fmt.Errorf("the header has no end")
	}
	lengths := 0
	for i, line := range strings.Split(head, "\r\n") {
		name, value, ok := strings.Cut(line, ": ")
		switch {
		case strings.ContainsAny(line, "\r\n"):
			return fmt.Errorf("the line %q ends otherwise than with CRLF", line)
		case i > 0 && (!ok || strings.ContainsAny(name, " \t") || value == "" && name != "Supported" && name != "Recv-Info"):
			return fmt.Errorf("the line %q is no header field", line)
		case name == "Content-Length" && value != strconv.Itoa(len(body)):
			return fmt.Errorf("Content-Length is %s, the body has %d octets", value, len(body))
		case name == "Content-Length":
			lengths++
		}
	}
	if lengths != 1 {
		return fmt.Errorf("there are %d Content-Length", lengths)
	}
	return nil
}

// slack is how much later than due a message may come on a computer that is busy.
const slack = time.Second

// overdue is when what is due after 32 s has not come at all: it would be the second time.
const overdue = time.Minute

// all gives the values of a header field.
func (w word) all(name string) []string { return slices.Collect(w.Values(name)) }

// tags are the phone's own and that of the peer.
func (w word) tags() (local, remote string) {
	if w.byPhone == w.IsRequest() {
		return w.from.Tag(), w.to.Tag()
	}
	return w.to.Tag(), w.from.Tag()
}
