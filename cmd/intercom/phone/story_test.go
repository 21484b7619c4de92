package phone_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board/sim"
	"intercom/cmd/intercom/phone"
	"intercom/media"
	"intercom/media/dtmf/inband"
	"intercom/test/memnet"
	"intercom/ua"
	"intercom/ua/uatest"
)

// room is two phones and a network in memory, in a bubble where time is free.
type room struct {
	*testing.T
	net         *memnet.Network
	anna, bernd *station

	ctx    context.Context // of all phones
	phones sync.WaitGroup
}

// station is one phone with everything that it has told.
type station struct {
	*testing.T
	*phone.Phone
	uri string

	mu    sync.Mutex
	told  []phone.Event
	read  int // of told, by want
	over  bool
	heard []int16 // from the loudspeaker, 8 kHz
}

// Write is the loudspeaker.
func (s *station) Write(samples []int16) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, samples...)
	return nil
}

// story plays tell with two open phones, changed as the story needs it. A goroutine that stays behind fails it.
func story(t *testing.T, tell func(r *room), change ...func(*phone.Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &room{T: t, net: memnet.New(1)}
		var cancel func()
		r.ctx, cancel = context.WithCancel(t.Context())
		r.anna = r.another("anna", "10.0.0.1", change...)
		r.bernd = r.another("bernd", "10.0.0.2", change...)
		tell(r)
		cancel()
		r.phones.Wait()
	})
}

// another puts one more phone into the room.
func (r *room) another(name, addr string, change ...func(*phone.Options)) *station {
	r.Helper()
	s := r.phone(name, addr, change...)
	r.phones.Go(func() { s.run(r.ctx) })
	r.pass(0)
	want[phone.Ready](s)
	return s
}

func (r *room) phone(name, addr string, change ...func(*phone.Options)) *station {
	r.Helper()
	host, local := r.net.Host(netip.MustParseAddr(addr)), netip.MustParseAddr(addr)
	s := &station{T: r.T, uri: fmt.Sprintf("sip:%s@%s", name, addr)}
	card, err := sim.NewCard(name, 8000, nil, s)
	if err != nil {
		r.Fatal(err)
	}
	o := phone.Options{
		SIP: ua.Default(), Accounts: []ua.Account{{Name: "phone", AOR: s.uri}}, RTP: media.Default(), Card: card,
		ListenSIP: func(a netip.AddrPort) (ua.PacketConn, error) { return host.Listen(a) },
		ListenRTP: func(a netip.AddrPort) (media.PacketConn, error) { return host.Listen(a) },
		Route:     func(netip.AddrPort) (netip.Addr, error) { return local, nil },
	}
	o.SIP.Listen, o.SIP.Allow, o.SIP.Transports = addr+":5060", []string{"0.0.0.0/0"}, []string{"udp"}
	o.Watch.Tell = s.hear
	for _, f := range change {
		f(&o)
	}
	if s.Phone, err = phone.New(o); err != nil {
		r.Fatal(err)
	}
	return s
}

func (s *station) run(ctx context.Context) {
	if err := s.Phone.Run(ctx); err != nil {
		s.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
}

func (s *station) hear(_ time.Time, e phone.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, e)
}

// says gives a phone a command and time for what comes of it.
func (s *station) says(format string, args ...any) {
	s.Helper()
	s.Do(fmt.Sprintf(format, args...))
	time.Sleep(500 * time.Millisecond)
	synctest.Wait()
}

func (r *room) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// want takes the next event of this kind, and passes over others.
func want[E phone.Event](s *station) E {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, e := range s.told[s.read:] {
		if found, ok := e.(E); ok {
			s.read += i + 1
			return found
		}
	}
	var none E
	s.Fatalf("%s: no %T in %+v", s.uri, none, s.told[s.read:])
	return none
}

// never fails the story if an event of this kind was told at all.
func never[E phone.Event](s *station) {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.told {
		if found, ok := e.(E); ok {
			s.Errorf("%s: %+v", s.uri, found)
		}
	}
}

func TestACall(t *testing.T) {
	story(t, func(r *room) {
		r.anna.says("dial %s", r.bernd.uri)
		want[phone.Calling](r.anna)
		want[phone.Ringing](r.anna)
		in := want[phone.Incoming](r.bernd)
		if in.From != r.anna.uri || in.To != r.bernd.uri || in.Call != "in-1" || in.Account != "phone" || in.Source != "10.0.0.1:5060" {
			r.Errorf("bernd was told %+v", in)
		}
		r.pass(5 * time.Second)
		never[phone.Answered](r.bernd)

		r.bernd.says("answer")
		for _, s := range []*station{r.anna, r.bernd} {
			if a := want[phone.Answered](s); a.Codec != "G722" || a.Direction != "sendrecv" || a.Remote == "" {
				r.Errorf("%s was told %+v", s.uri, a)
			}
		}
		r.anna.says("dtmf 12#")
		r.pass(time.Second)
		for _, key := range "12#" {
			if d := want[phone.Digit](r.bernd); d != (phone.Digit{Call: "in-1", Digit: string(key), Way: "rfc4733"}) {
				r.Errorf("bernd was told %+v, want the key %q", d, key)
			}
		}
		r.pass(8 * time.Second)
		r.bernd.says("hangup")
		for s, by := range map[*station]string{r.bernd: "local", r.anna: "remote"} {
			e := want[phone.Ended](s)
			if e.By != by || e.Seconds < 9 || e.Seconds > 11 || e.Media == nil || e.Media.Received < 400 || e.Media.Lost != 0 {
				r.Errorf("%s was told %+v with %+v", s.uri, e, e.Media)
			}
		}
	})
}

func TestKeysByInfo(t *testing.T) {
	story(t, func(r *room) {
		r.anna.says("dial %s", r.bernd.uri)
		r.pass(time.Second)
		r.anna.says("dtmf 7*")
		for _, key := range "7*" {
			if d := want[phone.Digit](r.bernd); d.Digit != string(key) || d.Way != "info" {
				r.Errorf("bernd was told %+v, want the key %q by INFO", d, key)
			}
		}
	}, auto, func(o *phone.Options) { o.DTMF = phone.Info })
}

func TestKeysThatAreHeard(t *testing.T) {
	story(t, func(r *room) {
		r.anna.says("dial %s", r.bernd.uri)
		r.anna.says("dtmf 8#0D")
		r.pass(time.Second)
		d, err := inband.NewDetector(8000)
		if err != nil {
			r.Fatal(err)
		}
		r.bernd.mu.Lock()
		defer r.bernd.mu.Unlock()
		var keys []byte
		for _, digit := range d.Process(nil, r.bernd.heard) {
			if digit.Ended {
				keys = append(keys, digit.Digit)
			}
		}
		if string(keys) != "8#0D" {
			r.Errorf("bernd heard %q", keys)
		}
	}, auto, func(o *phone.Options) { o.DTMF = phone.Inband })
}

func auto(o *phone.Options) { o.Auto = true }

func TestACallerIsRejected(t *testing.T) {
	for command, status := range map[string]int{"reject": 486, "reject 603": 603, "reject 404 in-1": 404, "hangup": 480} {
		t.Run(command, func(t *testing.T) {
			story(t, func(r *room) {
				r.anna.says("dial %s", r.bernd.uri)
				r.bernd.says("%s", command)
				e := want[phone.Ended](r.anna)
				if e.Status != status || e.Reason == "" || e.By != "remote" || e.Media != nil {
					r.Errorf("anna was told %+v, want status %d", e, status)
				}
				want[phone.Ended](r.bernd)
				never[phone.Answered](r.anna)
			})
		})
	}
}

func TestTheCallerThinksBetterOfIt(t *testing.T) {
	story(t, func(r *room) {
		r.anna.says("dial %s", r.bernd.uri)
		r.anna.says("hangup")
		if e := want[phone.Ended](r.bernd); e.Status != 487 || e.By != "remote" {
			r.Errorf("bernd was told %+v, want 487", e)
		}
		r.bernd.says("answer")
		if e := want[phone.Error](r.bernd); !strings.Contains(e.Text, "no call rings here") {
			r.Errorf("bernd was told %+v", e)
		}
	})
}

// RFC 3326 §2: a telephone that is rung no longer, because another has answered, need not count a missed call.
func TestWhyACallEndsIsTold(t *testing.T) {
	for _, c := range []struct{ method, header, reason string }{
		{"CANCEL", `Reason: SIP;cause=200;text="Call completed elsewhere"`, "Call completed elsewhere"},
		{"CANCEL", "Subject: none", "Request Terminated"},
		{"BYE", `Reason: Q.850;cause=16;text="Terminated"`, "Terminated"},
	} {
		t.Run(c.method+" "+c.header, func(t *testing.T) {
			story(t, func(r *room) {
				conn, err := r.net.Host(netip.MustParseAddr("10.0.0.9")).Listen(netip.MustParseAddrPort("10.0.0.9:5060"))
				if err != nil {
					r.Fatal(err)
				}
				peer := uatest.NewPeer(r.T, conn, netip.MustParseAddrPort("10.0.0.9:5060"))
				call := peer.Call(netip.MustParseAddrPort("10.0.0.2:5060"), "bernd")
				call.Request("INVITE", uatest.SDP(netip.MustParseAddrPort("10.0.0.9:40000")))
				call.Want(180)
				if c.method == "CANCEL" {
					call.Cancel(c.header)
				} else {
					r.bernd.says("answer")
					call.Want(200)
					call.Ack()
					call.Request("BYE", c.header)
				}
				r.pass(time.Second)
				if e := want[phone.Ended](r.bernd); e.Reason != c.reason || e.By != "remote" {
					r.Errorf("bernd was told %+v, want the reason %q", e, c.reason)
				}
			})
		})
	}
}

func TestSeveralCallsUpToTheLimit(t *testing.T) {
	story(t, func(r *room) {
		for range 2 {
			r.anna.says("dial %s", r.bernd.uri)
			want[phone.Answered](r.anna)
		}
		r.anna.says("dial %s", r.bernd.uri)
		if e := want[phone.Error](r.anna); !strings.Contains(e.Text, "2 calls already") {
			r.Errorf("anna was told %+v", e)
		}
		third := r.another("carla", "10.0.0.3", auto)
		third.says("dial %s", r.bernd.uri)
		if e := want[phone.Ended](third); e.Status != 486 {
			r.Errorf("carla was told %+v, want 486", e)
		}

		r.anna.says("dtmf 1 out-1")
		r.anna.says("dtmf 2")
		for _, d := range []phone.Digit{{"in-1", "1", "rfc4733"}, {"in-2", "2", "rfc4733"}} {
			if got := want[phone.Digit](r.bernd); got != d {
				r.Errorf("bernd was told %+v, want %+v", got, d)
			}
		}
		r.anna.says("hangup")
		if e := want[phone.Ended](r.anna); e.Call != "out-2" {
			r.Errorf("anna was told %+v, want the end of the newer call", e)
		}
		r.anna.says("status")
		calls := want[phone.Status](r.anna).Calls
		if len(calls) != 1 || calls[0].Call != "out-1" || !calls[0].Current || calls[0].State != "answered" || calls[0].Media.Sent < 50 {
			r.Errorf("anna was told of %+v, want the older call with its figures", calls)
		}
	}, auto, func(o *phone.Options) { o.SIP.MaxCalls = 2 })
}

// Whoever quits says goodbye, and is told how the calls were.
func TestQuitting(t *testing.T) {
	story(t, func(r *room) {
		r.anna.says("dial %s", r.bernd.uri)
		r.pass(2 * time.Second)
		r.anna.says("quit")
		if e := want[phone.Ended](r.anna); e.By != "local" || e.Media == nil || e.Media.Received < 100 {
			r.Errorf("anna was told %+v", e)
		}
		if e := want[phone.Ended](r.bernd); e.By != "remote" {
			r.Errorf("bernd was told %+v", e)
		}
		r.pass(2 * time.Second)
		if r.anna.mu.Lock(); !r.anna.over {
			r.Error("anna's phone still runs")
		}
		r.anna.mu.Unlock()
		r.anna.says("status") // nobody waits for ever
	}, auto)
}

func TestCommandsThatCannotBe(t *testing.T) {
	story(t, func(r *room) {
		for _, c := range []struct{ say, want string }{
			{"open the door", `no command "open"`},
			{"hangup", "there is no call"},
			{"dtmf 1", "there is no call"},
			{"answer in-7", "no call in-7"},
		} {
			r.anna.says("%s", c.say)
			if e := want[phone.Error](r.anna); !strings.Contains(e.Text, c.want) {
				r.Errorf("%q: anna was told %q, want %q", c.say, e.Text, c.want)
			}
		}
		r.anna.says("dial %s", r.bernd.uri)
		r.anna.says("dtmf 1")
		if e := want[phone.Error](r.anna); !strings.Contains(e.Text, "out-1 is not up") {
			r.Errorf("keys before the answer: anna was told %q", e.Text)
		}
		r.anna.says("hangup")
		r.anna.says("dial nobody at all")
		want[phone.Error](r.anna)
		r.anna.says("dial mailto:anna@example.net")
		if e := want[phone.Ended](r.anna); e.Call != "out-2" || e.Status != 400 {
			r.Errorf("anna was told %+v", e)
		}
		r.anna.says("status")
		if s := want[phone.Status](r.anna); len(s.Calls) != 0 {
			r.Errorf("there are still calls: %+v", s.Calls)
		}
	})
}

// Commands come in the order in which they were said, and so does what comes of them.
func TestAScriptAllAtOnce(t *testing.T) {
	story(t, func(r *room) {
		for range 30 {
			r.anna.Do("dial " + r.bernd.uri)
			r.anna.Do("hangup")
		}
		r.pass(10 * time.Second)
		r.anna.mu.Lock()
		defer r.anna.mu.Unlock()
		var calls []string
		for _, e := range r.anna.told {
			switch e := e.(type) {
			case phone.Calling:
				calls = append(calls, "+"+string(e.Call))
			case phone.Ended:
				calls = append(calls, "-"+string(e.Call))
			case phone.Error:
				r.Error(e)
			}
		}
		if len(calls) != 60 || calls[0] != "+out-1" || !slices.Contains(calls, "-out-30") {
			r.Errorf("the calls were %v", calls)
		}
	})
}

func TestHolding(t *testing.T) {
	story(t, func(r *room) {
		r.anna.says("dial %s", r.bernd.uri)
		r.anna.says("hold")
		if e := want[phone.Held](r.anna); e.By != "local" || e.Direction != "sendonly" {
			r.Errorf("anna was told %+v", e)
		}
		if e := want[phone.Held](r.bernd); e.By != "remote" || e.Direction != "recvonly" {
			r.Errorf("bernd was told %+v", e)
		}
		r.bernd.says("hold in-1")
		if e := want[phone.Held](r.bernd); e.By != "local" || e.Direction != "inactive" {
			r.Errorf("bernd was told %+v", e)
		}
		want[phone.Held](r.anna)
		r.anna.says("status")
		if c := want[phone.Status](r.anna).Calls; c[0].Held != "both" {
			r.Errorf("anna's call is %+v", c[0])
		}
		r.anna.says("hold")
		if e := want[phone.Error](r.anna); !strings.Contains(e.Text, "held already") {
			r.Errorf("anna was told %+v", e)
		}
		r.anna.says("resume")
		if e := want[phone.Resumed](r.anna); e.By != "local" || e.Direction != "recvonly" {
			r.Errorf("anna was told %+v", e)
		}
		r.bernd.says("resume")
		for s, by := range map[*station]string{r.bernd: "local", r.anna: "remote"} {
			e := want[phone.Resumed](s)
			for e.By != by {
				e = want[phone.Resumed](s)
			}
			if e.Direction != "sendrecv" {
				r.Errorf("%s was told %+v", s.uri, e)
			}
		}
		r.bernd.says("resume")
		if e := want[phone.Error](r.bernd); !strings.Contains(e.Text, "not held from here") {
			r.Errorf("bernd was told %+v", e)
		}
	}, auto)
}

func TestTexts(t *testing.T) {
	story(t, func(r *room) {
		r.anna.says("message %s the post is in: <Grüße> & \"more\"", r.bernd.uri)
		if m := want[phone.Message](r.bernd); m.Text != `the post is in: <Grüße> & "more"` || m.From != r.anna.uri || m.Call != "" {
			r.Errorf("bernd was told %+v", m)
		}
		if e := want[phone.Replied](r.anna); e.Method != "MESSAGE" || e.To != r.bernd.uri || e.Status != 200 {
			r.Errorf("anna was told %+v", e)
		}
		r.anna.says("message sip:nobody@10.0.0.9 hello")
		r.pass(40 * time.Second)
		if e := want[phone.Replied](r.anna); e.To != "sip:nobody@10.0.0.9" || e.Status != 408 {
			r.Errorf("anna was told %+v", e)
		}
		r.anna.says("dial %s", r.bernd.uri)
		r.anna.says("message out-1 within")
		if m := want[phone.Message](r.bernd); m.Text != "within" || m.Call != "in-1" {
			r.Errorf("bernd was told %+v", m)
		}
	}, auto)
}

func TestAskingWhatSomebodyCanDo(t *testing.T) {
	story(t, func(r *room) {
		r.anna.says("options %s", r.bernd.uri)
		e := want[phone.Replied](r.anna)
		if e.Method != "OPTIONS" || e.Status != 200 || !slices.Contains(e.Allow, "INVITE") || e.To != r.bernd.uri {
			r.Errorf("anna was told %+v", e)
		}
	})
}

func TestABlindTransfer(t *testing.T) {
	story(t, func(r *room) {
		carla := r.another("carla", "10.0.0.3", auto)
		r.anna.says("dial %s", r.bernd.uri)
		r.anna.says("transfer %s", carla.uri)
		r.pass(2 * time.Second)
		if e := want[phone.Referred](r.bernd); e.Call != "in-1" || e.To != carla.uri {
			r.Errorf("bernd was told %+v", e)
		}
		if e := want[phone.Incoming](carla); e.From != r.bernd.uri {
			r.Errorf("carla was told %+v", e)
		}
		e := want[phone.Transferred](r.anna)
		for !e.Final {
			e = want[phone.Transferred](r.anna)
		}
		if e.Call != "out-1" || e.Status != 200 {
			r.Errorf("anna was told %+v", e)
		}
		want[phone.Ended](r.anna)
		r.bernd.says("status")
		if c := want[phone.Status](r.bernd).Calls; len(c) != 1 || c[0].Call != "out-1" || c[0].Peer != carla.uri || c[0].State != "answered" {
			r.Errorf("bernd's calls are %+v, want the one to carla", c)
		}
	}, auto)
}

// Nobody is sent to somebody who does not answer.
func TestAnAttendedTransferToNobody(t *testing.T) {
	story(t, func(r *room) {
		carla := r.another("carla", "10.0.0.3")
		r.anna.says("dial %s", r.bernd.uri)
		r.anna.says("attended %s", carla.uri)
		want[phone.Held](r.anna)
		carla.says("reject")
		want[phone.Ended](r.anna)
		if e := want[phone.Error](r.anna); e.Call != "out-1" || !strings.Contains(e.Text, "has not answered") {
			r.Errorf("anna was told %+v", e)
		}
		r.anna.says("resume")
		want[phone.Resumed](r.anna)
		never[phone.Referred](r.bernd)
		for say, why := range map[string]string{"attended out-1": "to itself", "attended out-9": "no call out-9", "transfer %s out-9": "no call out-9"} {
			r.anna.says("%s", strings.ReplaceAll(say, "%s", carla.uri))
			if e := want[phone.Error](r.anna); !strings.Contains(e.Text, why) {
				r.Errorf("%s: anna was told %q, want %q", say, e.Text, why)
			}
		}
	}, func(o *phone.Options) { o.Auto = o.SIP.Listen == "10.0.0.2:5060" })
}

// Anna calls Bernd, asks Carla, and leaves the two to each other.
func TestAnAttendedTransfer(t *testing.T) {
	for name, say := range map[string][]string{
		"by itself": {"attended sip:carla@10.0.0.3"},
		"by hand":   {"hold", "dial sip:carla@10.0.0.3", "attended out-2 out-1"},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(r *room) {
				carla := r.another("carla", "10.0.0.3", auto)
				r.anna.says("dial %s", r.bernd.uri)
				for _, line := range say {
					r.anna.says("%s", line)
				}
				r.pass(2 * time.Second)
				for range 2 {
					if e := want[phone.Ended](r.anna); e.Status != 0 {
						r.Errorf("anna was told %+v", e)
					}
				}
				in := want[phone.Incoming](carla)
				if in = want[phone.Incoming](carla); in.From != r.bernd.uri || in.Replaces != "in-1" {
					r.Errorf("carla was told %+v", in)
				}
				if e := want[phone.Ended](carla); e.Call != "in-1" || e.Successor != "in-2" {
					r.Errorf("carla was told %+v", e)
				}
				for s, peer := range map[*station]string{r.bernd: carla.uri, carla: r.bernd.uri} {
					s.says("status")
					c := want[phone.Status](s).Calls
					if len(c) != 1 || !strings.HasPrefix(c[0].Peer, peer) || c[0].State != "answered" || !c[0].Current || c[0].Media.Received < 50 {
						r.Errorf("%s is in %+v, want a call with %s", s.uri, c, peer)
					}
				}
			}, auto)
		})
	}
}

// Who has no telephone system in common with a phone calls it with a password: the phone says whose.
func TestCallersShowAPassword(t *testing.T) {
	for password, heard := range map[ua.Secret]bool{"open-sesame": true, "open-barley": false} {
		t.Run(string(password), func(t *testing.T) {
			story(t, func(r *room) {
				carla := r.another("carla", "10.0.0.3", auto, func(o *phone.Options) {
					o.SIP.Allow, o.Callers = nil, []ua.Caller{{Username: "dora", Password: "open-sesame"}}
				})
				dora := r.another("dora", "10.0.0.4", func(o *phone.Options) { o.Accounts[0].Password = password })
				dora.says("dial %s", carla.uri)
				r.pass(2 * time.Second)
				if !heard {
					if e := want[phone.Ended](dora); e.Status != 401 {
						r.Errorf("dora was told %+v", e)
					}
					never[phone.Incoming](carla)
					return
				}
				if e := want[phone.Incoming](carla); e.User != "dora" {
					r.Errorf("carla was told %+v", e)
				}
				want[phone.Answered](dora)
				dora.says("hold")
				r.pass(time.Second)
				if e := want[phone.Held](carla); e.By != "remote" {
					r.Errorf("carla was told %+v", e)
				}
				dora.says("hangup")
				r.pass(time.Second)
				want[phone.Ended](carla)
			})
		})
	}
}

func TestRegistration(t *testing.T) {
	for password, registered := range map[string]bool{"secret": true, "guessed": false} {
		t.Run(password, func(t *testing.T) {
			story(t, func(r *room) {
				conn, err := r.net.Host(netip.MustParseAddr("10.0.0.9")).Listen(netip.MustParseAddrPort("10.0.0.9:5060"))
				if err != nil {
					r.Fatal(err)
				}
				registrar := &uatest.Registrar{Password: "secret"}
				registrar.Serve(conn)
				defer registrar.Close()
				carla := r.another("carla", "10.0.0.3", func(o *phone.Options) {
					o.Accounts[0].Registrar, o.Accounts[0].Password, o.Accounts[0].Expires = "sip:10.0.0.9", ua.Secret(password), 10*time.Minute
				})
				r.pass(2 * time.Second)
				if registered {
					if e := want[phone.Registered](carla); e.Account != "phone" || e.Expires != 600 {
						r.Errorf("carla was told %+v", e)
					}
				} else if e := want[phone.Unregistered](carla); !e.WrongPassword || e.Reason == "" || e.Retry < 30 {
					r.Errorf("carla was told %+v, want a wrong password and patience", e)
				}
				carla.says("status")
				if a := want[phone.Status](carla).Accounts[0]; a.Registered != registered || a.AOR != carla.uri || a.Registrar != "sip:10.0.0.9" {
					r.Errorf("carla's account is %+v", a)
				}
				carla.says("quit")
				r.pass(3 * time.Second)
				if registered {
					want[phone.Unregistered](carla)
				}
				if registrar.Bound() {
					r.Error("there is still a binding")
				}
			})
		})
	}
}

func TestATransportWithoutACertificateIsToldOf(t *testing.T) {
	story(t, func(r *room) {
		carla := r.another("carla", "10.0.0.3", func(o *phone.Options) { o.SIP.Transports = []string{"udp", "tls"} })
		if e := want[phone.Error](carla); !strings.Contains(e.Text, "by tls") {
			r.Errorf("carla was told %+v", e)
		}
		never[phone.Error](r.anna)
	})
}

func TestACallOverTCP(t *testing.T) {
	story(t, func(r *room) {
		dora, emil := r.another("dora", "10.0.0.4", r.overTCP("10.0.0.4")), r.another("emil", "10.0.0.5", auto, r.overTCP("10.0.0.5"))
		dora.says("dial %s;transport=tcp", emil.uri)
		want[phone.Answered](dora)
		want[phone.Answered](emil)
		emil.says("hangup")
		want[phone.Ended](dora)
	})
}

// overTCP has a phone speak nothing else.
func (r *room) overTCP(addr string) func(*phone.Options) {
	host := r.net.Host(netip.MustParseAddr(addr))
	return func(o *phone.Options) {
		o.SIP.Transports = []string{"tcp"}
		o.ListenTCP = func(a netip.AddrPort) (net.Listener, error) { return host.ListenTCP(a) }
		o.DialTCP = func(ctx context.Context, to netip.AddrPort) (net.Conn, error) { return host.DialTCP(ctx, to) }
	}
}
