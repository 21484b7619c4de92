package transaction

import (
	"runtime"
	"testing"
	"time"

	"intercom/ua/sip"
)

func server(t *testing.T, reliable bool) (*story, *Server) {
	s := begin(t)
	m := NewServer(s.now, request("OPTIONS"), reliable, Default())
	s.m = m
	return s, m
}

func TestServerRepeatsItsFinalResponseUntilTimerJ(t *testing.T) {
	s, _ := server(t, false)
	s.receive(request("OPTIONS")) // the TU has not answered: discarded
	s.until(time.Second)
	s.respond(200)
	s.respond(404) // too late
	s.until(2 * time.Second)
	s.receive(request("OPTIONS"))
	s.receive(request("OPTIONS"))
	s.want(Completed, "1s send 200", "2s send 200", "2s send 200")
	s.until(2 * time.Minute)
	s.want(Terminated, "33s done")
	s.wantSilence()
}

func TestServerOverTCPEndsWithTheFinalResponse(t *testing.T) {
	s, _ := server(t, true)
	s.respond(200)
	s.want(Terminated, "0s send 200, done")
	s.wantSilence()
}

func TestServerSaysTryingWhenTheClientHasReachedT2(t *testing.T) {
	for _, reliable := range []bool{false, true} {
		s, _ := server(t, reliable)
		s.until(5 * time.Second)
		s.receive(request("OPTIONS"))
		s.want(Proceeding, "3.5s send 100", "5s send 100")
		s.respond(200)
		if reliable {
			s.want(Terminated, "5s send 200, done")
		} else {
			s.want(Completed, "5s send 200")
		}
	}
}

func TestServerSendsNoProvisionalButTimely100(t *testing.T) {
	s, _ := server(t, false)
	s.respond(180)
	s.respond(100)
	s.until(3 * time.Second)
	s.respond(100)
	s.want(Trying)
	s.until(4 * time.Second)
	s.respond(183)
	s.respond(100)
	s.want(Proceeding, "3.5s send 100", "4s send 100")

	s, _ = server(t, true)
	s.respond(180)
	s.respond(100)
	s.want(Proceeding, "0s send 100")
}

func TestServerSendsNo408(t *testing.T) {
	s, m := server(t, false)
	s.note(m.Respond(s.now, responseTo("OPTIONS", 408)))
	s.want(Terminated, "0s done")
	s.wantSilence()
}

func TestServerWaitsForItsUserOnlyAsLongAsTheClientWaits(t *testing.T) {
	s, _ := server(t, false)
	s.until(time.Minute)
	s.want(Terminated, "3.5s send 100", "32s "+timedOut)
	s.wantSilence()
}

func TestServerTransportErrors(t *testing.T) {
	s, m := server(t, false)
	s.respond(200)
	s.note(m.TransportError(s.now, errBroken))
	s.want(Terminated, "0s send 200", "0s tell broken, done")
	s.wantSilence()

	s, m = server(t, false)
	s.until(4 * time.Second)
	s.note(m.TransportError(s.now, errBroken))
	s.want(Terminated, "3.5s send 100", "4s tell broken, done")
}

// An answered transaction stays for half a minute, and anybody can begin one.
func TestAnsweredTransactionTakesLessThanAKilobyte(t *testing.T) {
	const n = 2000
	before := heap()
	table := answered(n)
	after := heap()
	if len(table) != n {
		t.Fatalf("%d transactions, want %d", len(table), n)
	}
	if each := (after - before) / n; each > 1024 {
		t.Errorf("an answered transaction takes %d bytes with its key, want at most 1024", each)
	} else {
		t.Logf("an answered transaction takes %d bytes with its key", each)
	}
}

// answered fills a table as a user agent would: each request from a datagram of its own.
func answered(n int) map[Key]*Server {
	table := map[Key]*Server{}
	wire := request("OPTIONS")
	for i := range n {
		via, _ := wire.TopVia()
		via.Params = via.Params.With("branch", "z9hG4bK"+time.Duration(i).String())
		wire.SetTopVia(via)
		req, _ := sip.Parse([]byte(wire.String()))
		s := NewServer(time.Now(), req, false, Default())
		s.Respond(time.Now(), sip.NewResponse(req, 200, ""))
		table[ServerKey(req).Clone()] = s
	}
	return table
}

func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func BenchmarkServer(b *testing.B) {
	req, _ := sip.Parse([]byte(request("OPTIONS").String()))
	resp := sip.NewResponse(req, 200, "")
	now, timers := time.Now(), Default()
	b.ReportAllocs()
	for b.Loop() {
		key := ServerKey(req).Clone()
		s := NewServer(now, req, false, timers)
		if out := s.Respond(now, resp); len(out.Send) != 1 || key.branch == "" {
			b.Fatal("no response")
		}
		s.Tick(now.Add(time.Minute))
	}
}

func BenchmarkServerRetransmission(b *testing.B) {
	req := request("OPTIONS")
	now := time.Now()
	s := NewServer(now, req, false, Default())
	s.Respond(now, sip.NewResponse(req, 200, ""))
	b.ReportAllocs()
	for b.Loop() {
		if out := s.Receive(now, req); len(out.Send) != 1 {
			b.Fatal("no response")
		}
	}
}

func BenchmarkServerKey(b *testing.B) {
	req := request("OPTIONS")
	b.ReportAllocs()
	for b.Loop() {
		if ServerKey(req).branch == "" {
			b.Fatal("no key")
		}
	}
}
