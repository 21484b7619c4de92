package register

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua/challenge"
	"intercom/ua/digest"
	"intercom/ua/sip"
)

// middle makes every jitter its middle value.
type middle struct{}

func (middle) Read(b []byte) (int, error) {
	clear(b)
	b[0] = 0x80
	return len(b), nil
}

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// script drives one registration from outside.
type script struct {
	t   *testing.T
	r   *Registration
	now time.Time
	req *sip.Message
}

func newScript(t *testing.T, password string) *script {
	t.Helper()
	aor, err := sip.ParseAddress(`"Door" <sip:door@fritz.box>`)
	if err != nil {
		t.Fatal(err)
	}
	registrar, err := sip.ParseURI("sip:door@192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	c := Config{AOR: aor, Registrar: registrar, Expires: 600 * time.Second, CallID: "c1", Tag: "us", Rand: middle{}}
	if password != "" {
		c.Client = &digest.Client{Username: "door", Password: digest.Secret(password), Rand: middle{}}
	}
	return &script{t: t, r: New(start, c), now: start}
}

// RFC 3261 §10.2: "A UA MUST increment the CSeq value by one for each REGISTER request".
func TestCSeqAfterAChallengeThatCannotBeAnswered(t *testing.T) {
	s := newScript(t, "secret")
	s.attempt()
	s.answer(401)
	s.attempt()
	if got := s.req.Get("CSeq"); got != "2 REGISTER" {
		t.Errorf("CSeq %s, want 2 REGISTER", got)
	}
}

// attempt waits until the next attempt is due and returns after how long.
func (s *script) attempt() time.Duration {
	s.t.Helper()
	waited := s.r.Deadline().Sub(s.now)
	if waited > 0 {
		if s.r.Tick(s.now.Add(waited - 1)) {
			s.t.Error("due before its deadline")
		}
		s.now = s.now.Add(waited)
	}
	if !s.r.Tick(s.now) {
		s.t.Fatal("no attempt is due at the deadline")
	}
	s.req = s.r.Request(sip.URI{Scheme: "sip", User: "door", Host: "192.0.2.50", Port: 5060})
	return waited
}

// answer gives the REGISTER under way a response.
func (s *script) answer(status int, headers ...string) Out {
	s.t.Helper()
	resp := sip.NewResponse(s.req, status, "")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		resp.Add(name, value)
	}
	out := s.r.Receive(s.now, resp)
	if out.Send != nil {
		s.req = out.Send
	}
	return out
}

func (s *script) wantNext(out Out, min, max time.Duration) {
	s.t.Helper()
	if out.Failure == nil {
		s.t.Fatalf("got %+v, want a failure", out)
	}
	if !out.Failure.Next.Equal(s.r.Deadline()) {
		s.t.Errorf("told %v, due %v", out.Failure.Next, s.r.Deadline())
	}
	if d := s.r.Deadline().Sub(s.now); d < min || d > max {
		s.t.Errorf("next try after %v, want %v to %v", d, min, max)
	}
}

func md5(nonce string, more ...string) string {
	return `WWW-Authenticate: Digest realm="fritz.box", nonce="` + nonce + `", qop="auth"` + strings.Join(more, "")
}

func TestRequest(t *testing.T) { // RFC 3261 §10.2
	s := newScript(t, "")
	if waited := s.attempt(); waited != 0 {
		t.Errorf("first attempt after %v", waited)
	}
	for name, want := range map[string]string{
		"From": `"Door" <sip:door@fritz.box>;tag=us`, "To": `"Door" <sip:door@fritz.box>`, "CSeq": "1 REGISTER",
		"Contact": "<sip:door@192.0.2.50:5060>", "Expires": "600", "Max-Forwards": "70",
	} {
		if got := s.req.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if s.req.RequestURI != "sip:192.0.2.1" {
		t.Errorf("Request-URI %q; a user part makes FRITZ!OS drop it", s.req.RequestURI)
	}
}

func TestChallengeThenGrant(t *testing.T) { // RFC 3261 §22.2
	s := newScript(t, "secret")
	s.attempt()
	if out := s.answer(401, md5("n1")); out.Send == nil {
		t.Fatalf("got %+v, want another REGISTER", out)
	}
	if s.req.Get("CSeq") != "2 REGISTER" || s.req.Get("Call-ID") != "c1" || !strings.Contains(s.req.Get("Authorization"), `nonce="n1"`) {
		t.Errorf("answered with %q", s.req)
	}
	if out := s.answer(200, "Expires: 300"); out.Granted != 300*time.Second {
		t.Errorf("got %+v", out)
	}
	if waited := s.attempt(); waited >= 300*time.Second || waited < 150*time.Second {
		t.Errorf("refreshes after %v of 300 s", waited)
	}
	if !strings.Contains(s.req.Get("Authorization"), "nc=00000002") {
		t.Errorf("refresh carries %q, want the known nonce used again", s.req.Get("Authorization"))
	}
	if out := s.answer(401, md5("n2")); out.Send == nil {
		t.Errorf("got %+v; a new nonce after a good answer is tried once more though it is not called stale", out)
	}
}

func TestStaleNonce(t *testing.T) { // RFC 7616 §3.3
	s := newScript(t, "secret")
	s.attempt()
	s.answer(401, md5("n1"))
	if out := s.answer(401, md5("n2", ", stale=true")); out.Send == nil {
		t.Fatalf("got %+v, want one more try", out)
	}
	if out := s.answer(200); out.Granted != 600*time.Second {
		t.Errorf("got %+v", out)
	}
}

func TestTriesAreBounded(t *testing.T) { // RFC 3261 §22.1
	for name, nonce := range map[string]func(int) string{
		"same nonce":      func(int) string { return md5("n") },
		"always new":      func(i int) string { return md5(fmt.Sprint("n", i)) },
		"always stale":    func(i int) string { return md5(fmt.Sprint("n", i), ", stale=true") },
		"stale and equal": func(int) string { return md5("n", ", stale=true") },
	} {
		s := newScript(t, "wrong")
		s.attempt()
		sent := 1
		out := s.answer(401, nonce(0))
		for ; out.Send != nil; sent++ {
			out = s.answer(401, nonce(sent))
		}
		if sent > 3 {
			t.Errorf("%s: %d REGISTERs", name, sent)
		}
		s.wantNext(out, 45*time.Second, 75*time.Second)
		if !out.Failure.WrongPassword || !errors.Is(out.Failure.Err, challenge.ErrRefused) {
			t.Errorf("%s: told %+v", name, out.Failure)
		}
	}
}

func TestNoPassword(t *testing.T) {
	s := newScript(t, "")
	s.attempt()
	out := s.answer(401, md5("n"))
	s.wantNext(out, 45*time.Second, 75*time.Second)
	if !errors.Is(out.Failure.Err, challenge.ErrNoCredentials) {
		t.Errorf("told %v", out.Failure.Err)
	}
}

func TestIntervalTooBrief(t *testing.T) { // RFC 3261 §10.3 step 7
	s := newScript(t, "")
	s.attempt()
	if out := s.answer(423, "Min-Expires: 1800"); out.Send == nil || out.Send.Get("Expires") != "1800" {
		t.Fatalf("got %+v", out)
	}
	s.wantNext(s.answer(423, "Min-Expires: 3600"), time.Second, 3*time.Second)
	s.attempt()
	if got := s.req.Get("Expires"); got != "1800" {
		t.Errorf("next attempt asks for %s s", got)
	}
}

func TestWhoseExpiryCounts(t *testing.T) { // RFC 3261 §10.2.4
	for _, tt := range []struct {
		headers []string
		want    time.Duration
	}{
		{nil, 600 * time.Second},
		{[]string{"Expires: 120"}, 120 * time.Second},
		{[]string{"Contact: <sip:door@192.0.2.50:5060>;expires=90", "Expires: 120"}, 90 * time.Second},
		{[]string{"Contact: <sip:door@192.0.2.99:5060>;expires=20, <sip:door@192.0.2.50:5060>;expires=90"}, 90 * time.Second},
		{[]string{"Contact: <sip:door@192.0.2.99:5060>;expires=20", "Expires: 120"}, 120 * time.Second},
		{[]string{"Contact: <sip:door@192.0.2.50:5060>;expires=soon"}, 600 * time.Second},
	} {
		s := newScript(t, "")
		s.attempt()
		if out := s.answer(200, tt.headers...); out.Granted != tt.want {
			t.Errorf("%q grants %v, want %v", tt.headers, out.Granted, tt.want)
		}
	}
}

func TestRefreshComesBeforeTheEnd(t *testing.T) { // RFC 3261 §10.2.4
	for _, granted := range []int{1, 20, 60, 300, 3600, 86400} {
		s := newScript(t, "")
		s.attempt()
		s.answer(200, fmt.Sprint("Expires: ", granted))
		if waited := s.attempt(); waited >= time.Duration(granted)*time.Second || waited <= 0 {
			t.Errorf("%d s granted, refreshed after %v", granted, waited)
		}
	}
}

func TestEveryFailureHasANextTry(t *testing.T) {
	for _, tt := range []struct {
		name     string
		answer   func(s *script) Out
		min, max time.Duration
	}{
		{"timeout", func(s *script) Out { return s.r.Fail(s.now, errors.New("timeout")) }, time.Second, 3 * time.Second},
		{"500", func(s *script) Out { return s.answer(500) }, time.Second, 3 * time.Second},
		{"302", func(s *script) Out { return s.answer(302) }, time.Second, 3 * time.Second},
		{"503 with Retry-After", func(s *script) Out { return s.answer(503, "Retry-After: 6") }, 6 * time.Second, 8 * time.Second},
		{"503 with a comment", func(s *script) Out { return s.answer(503, "Retry-After: 18 (busy);duration=3") }, 18 * time.Second, 20 * time.Second},
		{"403", func(s *script) Out { return s.answer(403) }, 45 * time.Second, 75 * time.Second},
		{"404", func(s *script) Out { return s.answer(404) }, 45 * time.Second, 75 * time.Second},
		{"401 without a challenge", func(s *script) Out { return s.answer(401) }, time.Second, 3 * time.Second},
		{"401 of an unknown scheme", func(s *script) Out { return s.answer(401, "WWW-Authenticate: Basic realm=x") }, time.Second, 3 * time.Second},
		{"423 without Min-Expires", func(s *script) Out { return s.answer(423) }, time.Second, 3 * time.Second},
		{"200 that grants nothing", func(s *script) Out { return s.answer(200, "Expires: 0") }, time.Second, 3 * time.Second},
	} {
		s := newScript(t, "secret")
		s.attempt()
		out := tt.answer(s)
		t.Run(tt.name, func(t *testing.T) {
			s.t = t
			s.wantNext(out, tt.min, tt.max)
			s.attempt()
		})
	}
}

func TestSilentOwnerCannotStopTheTries(t *testing.T) {
	s := newScript(t, "")
	s.attempt()
	if waited := s.attempt(); waited < 32*time.Second {
		t.Errorf("gave an attempt up after %v, before Timer F", waited)
	}
}

func TestBackOffGrowsToAMinuteForEver(t *testing.T) {
	s := newScript(t, "")
	last := time.Duration(0)
	for i := range 100 {
		s.attempt()
		out := s.r.Fail(s.now, errors.New("timeout"))
		d := out.Failure.Next.Sub(s.now)
		if d < last || d > 60*time.Second {
			t.Errorf("try %d after %v, the one before after %v", i, d, last)
		}
		last = d
	}
	if last < 59*time.Second {
		t.Errorf("settles at %v, want a minute", last)
	}
	s.attempt()
	s.answer(200)
	s.attempt()
	s.wantNext(s.r.Fail(s.now, errors.New("timeout")), time.Second, 3*time.Second)
}

func TestLateAnswerIsIgnored(t *testing.T) {
	s := newScript(t, "")
	s.attempt()
	old := s.req
	s.r.Fail(s.now, errors.New("timeout"))
	if out := s.r.Receive(s.now, sip.NewResponse(old, 200, "")); out != (Out{}) {
		t.Errorf("got %+v", out)
	}
}

func TestUnregister(t *testing.T) { // RFC 3261 §10.2.2
	s := newScript(t, "secret")
	if s.r.Stop(s.now) {
		t.Error("nothing was ever registered")
	}
	s = newScript(t, "secret")
	s.attempt()
	s.answer(200)
	if !s.r.Stop(s.now) {
		t.Fatal("the binding is left behind")
	}
	s.req = s.r.Request(sip.URI{Scheme: "sip", User: "door", Host: "192.0.2.50", Port: 5060})
	if s.req.Get("Expires") != "0" {
		t.Errorf("asks for %q", s.req.Get("Expires"))
	}
	if out := s.answer(401, md5("n1")); out.Send == nil || out.Send.Get("Expires") != "0" {
		t.Fatalf("got %+v", out)
	}
	if out := s.answer(200); !out.Released || !s.r.Deadline().IsZero() {
		t.Errorf("got %+v, deadline %v", out, s.r.Deadline())
	}
}

func TestHasten(t *testing.T) {
	s := newScript(t, "")
	s.r.Hasten(s.now)
	if s.attempt() != 0 {
		t.Error("what is not bound cannot be hastened")
	}
	s.r.Hasten(s.now) // asking already
	s.answer(200)
	s.r.Hasten(s.now)
	if waited := s.attempt(); waited <= 0 || waited > time.Second {
		t.Errorf("hastened to %v", waited)
	}
	s.answer(200)
	s.r.Hasten(s.now.Add(20 * time.Second))
	if waited := s.attempt(); waited < 29*time.Second || waited > 31*time.Second {
		t.Errorf("hastened again in %v", waited)
	}
	s.answer(200)
	s.now = s.now.Add(40 * time.Second)
	s.r.Hasten(s.now)
	if waited := s.attempt(); waited > time.Second {
		t.Errorf("not hastened again after 40 s, but in %v", waited)
	}
}

func TestSignOfLife(t *testing.T) {
	s := newScript(t, "")
	silence := errors.New("silence")
	s.attempt()
	s.r.Resume(s.now) // not while an attempt is under way
	if s.r.Silent() {
		t.Error("silent before anything has failed")
	}
	s.wantNext(s.r.Unanswered(s.now, silence), time.Second, 3*time.Second)
	if !s.r.Silent() {
		t.Error("not silent after an attempt without an answer")
	}
	s.r.Resume(s.now)
	if waited := s.attempt(); waited > time.Second || s.r.Silent() {
		t.Errorf("the next attempt waits for %v, silent %v", waited, s.r.Silent())
	}
	s.wantNext(s.r.Unanswered(s.now, silence), 2*time.Second, 6*time.Second)
	if s.r.Resume(s.now); s.r.Silent() || s.r.Deadline().Sub(s.now) < 2*time.Second {
		t.Error("a server that answers everything but REGISTER is asked again and again")
	}
	s.attempt()
	s.wantNext(s.r.Unanswered(s.now, silence), 6*time.Second, 10*time.Second)
	if !s.r.Silent() {
		t.Error("after an attempt in its time, a sign of life counts again")
	}
	s.attempt()
	s.answer(503, "Retry-After: 600")
	if s.r.Resume(s.now); s.r.Deadline().Sub(s.now) < time.Minute {
		t.Error("a server that has asked for a pause is not left alone")
	}
}

func TestNobodyIsReached(t *testing.T) {
	s := newScript(t, "")
	for range 10 {
		s.attempt()
		s.wantNext(s.r.Miss(s.now, errors.New("refused")), time.Second, 5*time.Second)
	}
	s.attempt()
	s.wantNext(s.r.Fail(s.now, errors.New("closed")), 40*time.Second, 80*time.Second)
}

const instance = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"

func named(t *testing.T) *script {
	s := newScript(t, "secret")
	s.r.c.Instance = instance
	return s
}

func TestNameOfTheDevice(t *testing.T) { // RFC 5626 §4.2.1
	s := named(t)
	s.attempt()
	if c := s.req.Get("Contact"); c != `<sip:door@192.0.2.50:5060>;+sip.instance="<`+instance+`>";reg-id=1` {
		t.Errorf("Contact: %s", c)
	}
	if c := s.req.Get("Supported"); c != "path, outbound" {
		t.Errorf("Supported: %s", c)
	}
	out := s.answer(200, "Require: outbound", "Flow-Timer: 60")
	if !out.Flow.Outbound || out.Flow.Timer != time.Minute || out.Granted != 600*time.Second {
		t.Errorf("got %+v", out)
	}
}

func TestRegistrarThatTakesOffence(t *testing.T) { // RFC 5626 §11.6
	for _, status := range []int{400, 420, 439} {
		s := named(t)
		s.attempt()
		if out := s.answer(status); out.Send == nil || out.Send.Get("Contact") != "<sip:door@192.0.2.50:5060>" || out.Send.Get("Supported") != "path" {
			t.Fatalf("%d: got %+v", status, out)
		}
		if out := s.answer(200); out.Granted == 0 {
			t.Errorf("%d: got %+v", status, out)
		}
		s.attempt()
		if strings.Contains(s.req.Get("Contact"), "instance") {
			t.Errorf("%d: offends again with\n%s", status, s.req)
		}
		if out := s.answer(status); out.Failure == nil {
			t.Errorf("%d without a reason: got %+v", status, out)
		}
	}
}

func TestExpiryOfARewrittenContact(t *testing.T) {
	s := named(t)
	s.attempt()
	out := s.answer(200, "Expires: 300", `Contact: <sip:other@192.0.2.60>;expires=10;+sip.instance="<urn:uuid:another>", `+
		`<sip:door@203.0.113.5:61000>;expires=90;+sip.instance="<URN:UUID:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"`)
	if out.Granted != 90*time.Second {
		t.Errorf("granted %v", out.Granted)
	}
}

func TestFlowTimerIsBounded(t *testing.T) {
	for text, want := range map[string]time.Duration{"1": leastFlowTimer, "120": 2 * time.Minute, "4000000000": mostFlowTimer, "x": 0, "0": 0, "-5": 0} {
		resp := sip.NewResponse(sip.NewRequest("REGISTER", "sip:pbx.test"), 200, "")
		resp.Add("Flow-Timer", text)
		if got := flowIn(resp).Timer; got != want {
			t.Errorf("Flow-Timer: %s is %v, want %v", text, got, want)
		}
	}
}

// moved is how a registration asks from another address.
func (s *script) moved() {
	s.t.Helper()
	if !s.r.Again(s.now) {
		s.t.Fatal("does not begin again")
	}
	if waits := s.r.Deadline().Sub(s.now); waits > leastGap {
		s.t.Errorf("begins again after %v", waits)
	} else if waits > 0 {
		s.now = s.now.Add(waits)
	}
	if !s.r.Tick(s.now) {
		s.t.Fatal("nothing is due")
	}
	s.req = s.r.Request(sip.URI{Scheme: "sip", User: "door", Host: "192.0.2.77", Port: 5060})
}

func TestAnotherAddress(t *testing.T) { // RFC 3261 §10.2.2
	const both = "<sip:door@192.0.2.77:5060>, <sip:door@192.0.2.50:5060>;expires=0"
	contacts := func(s *script) string {
		var all []string
		for value := range s.req.Values("Contact") {
			all = append(all, value)
		}
		return strings.Join(all, ", ")
	}
	s := newScript(t, "secret")
	s.attempt()
	s.answer(200, "Expires: 300")
	s.moved()
	if got := contacts(s); got != both || s.req.Get("Expires") != "600" {
		t.Errorf("asks with %s", got)
	}
	s.answer(401, md5("n1"))
	if got := contacts(s); got != both {
		t.Errorf("after a challenge with %s", got)
	}
	out := s.answer(200, "Contact: <sip:door@192.0.2.77:5060>;expires=120")
	if out.Granted != 2*time.Minute {
		t.Errorf("granted %v", out.Granted)
	}
	s.attempt()
	if got := contacts(s); got != "<sip:door@192.0.2.50:5060>, <sip:door@192.0.2.77:5060>;expires=0" {
		t.Errorf("back at the old address with %s", got)
	}
	s.answer(403)
	s.attempt()
	if got := contacts(s); got != "<sip:door@192.0.2.50:5060>" {
		t.Errorf("after a refusal with %s", got)
	}

	knows := named(t) // RFC 5626 §6: the new contact takes the place of the old one
	knows.attempt()
	knows.answer(200, "Require: path, outbound")
	knows.moved()
	if got := contacts(knows); strings.Contains(got, "192.0.2.50") {
		t.Errorf("to a registrar that knows the device: %s", got)
	}
}

func TestAgain(t *testing.T) {
	s := newScript(t, "secret")
	s.attempt()
	old := s.req
	s.moved()
	s.req, old = old, s.req
	if out := s.answer(200); out != (Out{}) {
		t.Errorf("the answer to what was given up counts: %+v", out)
	}
	s.req = old
	if out := s.answer(200); out.Granted == 0 {
		t.Errorf("got %+v", out)
	}
	for range 6 {
		s.attempt()
		s.r.Fail(s.now, errors.New("silence"))
	}
	s.moved()
	s.wantNext(s.r.Fail(s.now, errors.New("silence")), 0, 3*time.Second) // the back-off begins anew
	s.attempt()
	s.answer(403)
	if s.r.Again(s.now) {
		t.Error("a wrong password is tried again for a change of the network")
	}
	s.attempt()
	s.answer(200)
	s.r.Stop(s.now)
	if s.r.Again(s.now) {
		t.Error("begins again while it stops")
	}
}

func TestLeavingAnotherServer(t *testing.T) {
	s := newScript(t, "secret")
	s.attempt()
	s.answer(200, "Expires: 300")
	spare := sip.URI{Scheme: "sip", User: "door", Host: "192.0.2.50", Port: 5060}
	m := s.r.Leave(spare)
	if m.Get("Expires") != "0" || m.Get("CSeq") != "2 REGISTER" || m.CallID() != "c1" {
		t.Errorf("leaves with\n%s", m)
	}
	refuse := func(nonce string) *sip.Message {
		resp := sip.NewResponse(m, 401, "")
		name, value, _ := strings.Cut(md5(nonce), ": ")
		resp.Add(name, value)
		return s.r.Leaving(s.now, resp)
	}
	if m := s.r.Leaving(s.now, sip.NewResponse(m, 100, "")); m != nil {
		t.Errorf("100 is answered by\n%s", m)
	}
	if m = refuse("n1"); m == nil || !m.Has("Authorization") || m.Get("Expires") != "0" {
		t.Fatalf("answers the challenge with\n%s", m)
	}
	before := s.r.Deadline()
	if m := s.r.Leaving(s.now, sip.NewResponse(m, 200, "")); m != nil || !s.r.Deadline().Equal(s.now) || before.Equal(s.now) {
		t.Errorf("then sends\n%v\nand refreshes at %v", m, s.r.Deadline())
	}
	if !s.r.Bound() {
		t.Error("the binding that stays is gone")
	}
	if m := s.r.Leaving(s.now, nil); m != nil {
		t.Errorf("with nothing under way sends\n%s", m)
	}
	s.attempt()
	if s.req.Get("CSeq") != "4 REGISTER" {
		t.Errorf("refreshes with\n%s", s.req)
	}
	m = s.r.Leave(spare)
	if out := s.answer(200, "Expires: 300"); out.Granted == 0 {
		t.Errorf("the answer to the refresh does not count: %+v", out)
	}
	for i := 0; m != nil && i < 10; i++ {
		m = refuse(fmt.Sprint("n", i))
	}
	if m != nil {
		t.Error("goes on and on")
	}
	m = s.r.Leave(spare)
	if m := s.r.Leaving(s.now, nil); m != nil || !s.r.Deadline().Equal(s.now) {
		t.Error("a silent server keeps the refresh back")
	}
}

// FuzzRetryAfter: whatever a server asks for, the pause is bounded, and the
// next attempt comes.
func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"120", "18000;duration=3600", "5 (in a meeting)", "-1", "4294967296", "", " 7 ", ";", "1e9"} {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, pause, least, expires string) {
		s := newScript(t, "")
		for status, name := range map[int]string{503: "Retry-After", 423: "Min-Expires", 200: "Expires"} {
			s.attempt()
			resp := sip.NewResponse(s.req, status, "")
			resp.Add(name, map[int]string{503: pause, 423: least, 200: expires}[status])
			if d := RetryAfter(resp); d < 0 || d > time.Hour {
				t.Fatalf("%q is a pause of %v", pause, d)
			}
			out := s.r.Receive(s.now, resp)
			if out.Granted < 0 || out.Granted > 48*time.Hour {
				t.Fatalf("%q grants %v", expires, out.Granted)
			}
			if next := s.r.Deadline().Sub(s.now); next < 0 || next > 48*time.Hour {
				t.Fatalf("after %d with %q, %q, %q the next attempt comes after %v", status, pause, least, expires, next)
			}
			if out.Send != nil {
				s.r.Fail(s.now, errors.New("silence"))
			}
		}
	})
}
