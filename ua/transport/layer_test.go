package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"intercom/test/memnet"
	"intercom/ua/sip"
)

// tcpPhone is the way to the phone's own listener.
var tcpPhone = Flow{Transport: "TCP", Remote: phonePort}

func TestAnswerGoesOverTheConnectionOfItsRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.calls()
		phone.says(options("SIP/2.0/TCP phone.example;rport;branch=z9hG4bK1"))
		p := h.next("OPTIONS")
		if p.Transport != "TCP" || !p.Reliable() || p.Local != doorPort || p.Remote.Addr() != phoneAddr || p.Fault != nil {
			t.Errorf("packet by %+v, fault %v", p.Flow, p.Fault)
		}
		resp := sip.NewResponse(p.Msg, 200, "")
		h.send(Reply(p.Flow, resp), resp)
		got := phone.hears("200")
		if via, _ := got.TopVia(); got.Status != 200 || via.Received() != "192.0.2.2" {
			t.Errorf("got\n%s", got)
		}
		// In the dialog the door asks by the same flow.
		h.send(p.Flow, request("BYE", 0))
		if got := phone.hears("BYE"); got.Method != "BYE" {
			t.Errorf("got\n%s", got)
		}
		if s := h.door.Stats(); s.Accepted != 1 || s.Connects != 0 || s.Open != 1 || s.Received != 1 {
			t.Errorf("counts %+v", s)
		}
	})
}

func TestAnswerFindsAnotherWayWhenItsConnectionIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		answers := h.listens()
		phone := h.calls()
		phone.says(options("SIP/2.0/TCP phone.example;branch=z9hG4bK1"))
		p := h.next("OPTIONS")
		phone.Conn.(*memnet.Stream).Reset()
		synctest.Wait()
		resp := sip.NewResponse(p.Msg, 200, "")
		h.send(Reply(p.Flow, resp), resp)
		if got := answers().hears("200"); got.Status != 200 {
			t.Errorf("got\n%s", got)
		}
	})
}

// Who closes only its own side of the connection still hears.
func TestAnswersToAPeerThatHasSaidAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.calls()
		phone.says(options("SIP/2.0/TCP phone.example;branch=z9hG4bK1") + options("SIP/2.0/TCP phone.example;branch=z9hG4bK2"))
		first, second := h.next("OPTIONS"), h.next("OPTIONS")
		if err := phone.Conn.(*memnet.Stream).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		for _, p := range []Packet{first, second} {
			time.Sleep(time.Second)
			resp := sip.NewResponse(p.Msg, 200, "")
			h.send(Reply(p.Flow, resp), resp)
			phone.hears("200")
		}
		phone.isCutOff("both sides have said all")
		synctest.Wait()
		if s := h.door.Stats(); s.Open != 0 || s.Connects != 0 {
			t.Errorf("counts %+v", s)
		}
	})
}

// A request whose body does not come is refused when the peer closes its side, and when it has taken too long.
func TestRequestCutShortIsRefused(t *testing.T) {
	for name, pause := range map[string]time.Duration{"closed": 0, "too slow": messageTime + time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t, LayerOptions{})
				phone := h.calls()
				phone.says(options("SIP/2.0/TCP phone.example;branch=z9hG4bK0"))
				p := h.next("OPTIONS")
				resp := sip.NewResponse(p.Msg, 200, "")
				h.send(Reply(p.Flow, resp), resp)
				phone.hears("200")
				phone.says(strings.Replace(options("SIP/2.0/TCP phone.example;branch=z9hG4bK1"), "Content-Length: 0", "Content-Length: 99", 1) + "v=0")
				if pause == 0 {
					if err := phone.Conn.(*memnet.Stream).CloseWrite(); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(pause)
				p = h.next("OPTIONS")
				if p.Fault == nil || p.Fault.Status != 400 {
					t.Errorf("fault %v", p.Fault)
				}
				resp = sip.NewResponse(p.Msg, 400, "")
				h.send(Reply(p.Flow, resp), resp)
				phone.hears("400")
				phone.isCutOff("it is over")
			})
		})
	}
}

func TestAPeerThatHasSaidAllDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.calls()
		phone.says(options("SIP/2.0/TCP phone.example;branch=z9hG4bK1"))
		h.next("OPTIONS")
		if err := phone.Conn.(*memnet.Stream).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(lingerTime + time.Millisecond)
		synctest.Wait()
		if s := h.door.Stats(); s.Open != 0 {
			t.Errorf("counts %+v", s)
		}
	})
}

func TestRequestsToOnePlaceShareOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		h.net.SetLinks(memnet.Link{Delay: 20 * time.Millisecond})
		answers := h.listens()
		for _, method := range []string{"REGISTER", "INVITE", "CANCEL"} { // while the connection is being made
			h.send(tcpPhone, request(method, 0))
		}
		phone := answers()
		for _, want := range []string{"REGISTER", "INVITE", "CANCEL"} {
			if got := phone.hears(want); got.Method != want {
				t.Errorf("got %s, want %s", got.Method, want)
			}
		}
		phone.says(options(tcpVia))
		p := h.next("a request back over our connection")
		if p.Remote != phonePort || p.Local.Addr() != doorAddr || p.Local == doorPort {
			t.Errorf("came by %+v", p.Flow)
		}
		h.send(tcpPhone, request("BYE", 0))
		phone.hears("BYE over the same connection")
		if s := h.door.Stats(); s.Connects != 1 || s.Open != 1 {
			t.Errorf("counts %+v", s)
		}
	})
}

func TestRequestGoesBackOverThePhonesOwnConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.calls()
		phone.says(options(tcpVia))
		p := h.next("OPTIONS")
		h.send(Flow{Transport: "TCP", Remote: p.Remote}, request("INVITE", 0))
		phone.hears("INVITE to the address that its Contact says")
	})
}

func TestUnreachablePeersAreReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		h.net.Host(phoneAddr)
		start := time.Now()
		h.send(tcpPhone, request("INVITE", 0))
		p := h.next("refused")
		if !errors.Is(p.Err, syscall.ECONNREFUSED) || p.Msg != nil || p.Flow != tcpPhone || time.Since(start) != 0 {
			t.Errorf("refused: %+v after %v", p.Err, time.Since(start))
		}
		h.net.Cut(doorAddr, phoneAddr)
		h.send(tcpPhone, request("INVITE", 0))
		p = h.next("no answer")
		if p.Err == nil || !strings.Contains(p.Err.Error(), "TCP 192.0.2.2:5060: no answer within 8s") || time.Since(start) != connectTime {
			t.Errorf("no answer: %v after %v", p.Err, time.Since(start))
		}
		h.nothing("one report for each connection")
	})
}

func TestEndOfAConnectionIsReportedToWhoeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		answers := h.listens()
		h.send(tcpPhone, request("REGISTER", 0))
		phone := answers()
		phone.hears("REGISTER")
		phone.Close()
		if p := h.next("end"); p.Err == nil || p.Remote != phonePort || !strings.Contains(p.Err.Error(), "has closed the connection") {
			t.Errorf("got %+v", p)
		}
		h.send(tcpPhone, request("REGISTER", 0))
		phone = answers()
		phone.hears("REGISTER over a new connection")
		h.door.Drop(tcpPhone)
		phone.isCutOff("given up")
		h.nothing("given up by ourselves")

		caller := h.calls()
		caller.says(options(tcpVia))
		h.next("OPTIONS")
		caller.Close()
		h.nothing("a caller that goes is nobody's loss")
	})
}

func TestPingIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.calls()
		phone.says("\r\n\r\n")
		phone.hearsExactly("\r\n", "answer to a ping")
		phone.says("\r\n")
		phone.hearsNothing(time.Second, "half a ping")
		phone.says("\r\n" + options(tcpVia))
		phone.hearsExactly("\r\n", "answer to the other half")
		h.next("OPTIONS behind pings")
	})
}

func TestKeepAliveFindsADeadConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		answers := h.listens()
		if h.door.KeepAlive(tcpPhone, 2*time.Minute) {
			t.Error("kept a connection that there is not")
		}
		h.send(tcpPhone, request("REGISTER", 0))
		phone := answers()
		phone.hears("REGISTER")
		if !h.door.KeepAlive(tcpPhone, 2*time.Minute) {
			t.Error("no connection to keep")
		}
		for range 5 {
			start := time.Now()
			phone.SetReadDeadline(start.Add(10 * time.Minute))
			if b, err := phone.in.Peek(4); err != nil || string(b) != "\r\n\r\n" {
				t.Fatalf("ping is %q, %v", b, err)
			}
			phone.in.Discard(4)
			if d := time.Since(start); d < 86*time.Second || d > 2*time.Minute {
				t.Errorf("ping after %v", d)
			}
			phone.says("\r\n")
		}
		h.nothing("while all is well")
		phone.SetReadDeadline(time.Time{})
		io.ReadFull(phone.in, make([]byte, 4)) // a ping that nobody answers
		start := time.Now()
		if p := h.next("dead connection"); p.Err == nil || !strings.Contains(p.Err.Error(), "keep-alive") || time.Since(start) != pongTime {
			t.Errorf("got %v after %v", p.Err, time.Since(start))
		}
	})
}

func TestPeerThatKnowsNoPingsKeepsItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		answers := h.listens()
		h.send(tcpPhone, request("REGISTER", 0))
		phone := answers()
		phone.hears("REGISTER")
		h.door.KeepAlive(tcpPhone, 2*time.Minute)
		go io.Copy(io.Discard, phone)
		time.Sleep(time.Hour)
		h.nothing("for an hour")
		if s := h.door.Stats(); s.Open != 1 {
			t.Errorf("counts %+v", s)
		}
	})
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		silent, slow, half, idle := h.calls(), h.calls(), h.calls(), h.calls()
		idle.says(options(tcpVia))
		h.next("OPTIONS")
		half.says(options(tcpVia))
		h.next("OPTIONS")
		half.says("OPTIONS sip:door@192.0.2.1 SIP/2.0\r\n")
		go func() { // an octet a second: slowloris
			for _, c := range []byte(options(tcpVia)) {
				if _, err := slow.Write([]byte{c}); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		if d := silent.isCutOff("silent"); d != firstTime {
			t.Errorf("a silent connection was open for %v", d)
		}
		if d := slow.isCutOff("slow"); d > 2*time.Second {
			t.Errorf("a slow one for %v more", d)
		}
		if d := half.isCutOff("half"); d > 2*time.Second {
			t.Errorf("one with half a message for %v more", d)
		}
		start := time.Now()
		idle.says("\r\n\r\n")
		idle.hearsExactly("\r\n", "a ping keeps it")
		idle.isCutOff("idle")
		if d := time.Since(start); d != idleTime {
			t.Errorf("an idle one was open for %v", d)
		}
		h.nothing("nobody waits for any of them")
	})
}

func TestWhatCannotBeFramedIsRefusedAndCutOff(t *testing.T) {
	good := options(tcpVia)
	for why, bad := range map[string]string{
		"negative":   strings.Replace(good, "Length: 0", "Length: -1", 1),
		"huge":       strings.Replace(good, "Length: 0", "Length: 4294967295", 1),
		"beyond":     strings.Replace(good, "Length: 0", "Length: 70000", 1),
		"in words":   strings.Replace(good, "Length: 0", "Length: twelve", 1),
		"ambiguous":  strings.Replace(good, "Content-Length: 0", "Content-Length: 0\r\nContent-Length: 5", 1),
		"no integer": strings.Replace(good, "Length: 0", "Length: 1.5", 1),
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t, LayerOptions{})
			phone := h.calls()
			phone.says(good + bad + good)
			first := h.next("the good one before")
			p := h.next(why)
			if p.Fault == nil || p.Fault.Status != 400 {
				t.Fatalf("%s: fault %v, want 400", why, p.Fault)
			}
			for _, answer := range []*sip.Message{sip.NewResponse(first.Msg, 200, ""), sip.NewResponse(p.Msg, 400, "")} {
				answer.Set("Via", strings.Replace(answer.Get("Via"), "bK1", "bK"+fmt.Sprint(answer.Status), 1))
				if answer.Status == 400 {
					answer.Set("Via", p.Msg.Get("Via"))
				}
				h.send(Reply(p.Flow, answer), answer)
				time.Sleep(time.Second)
			}
			if got := phone.hears("200"); got.Status != 200 {
				t.Errorf("%s: got\n%s", why, got)
			}
			if got := phone.hears("400"); got.Status != 400 {
				t.Errorf("%s: got\n%s", why, got)
			}
			phone.isCutOff(why)
			h.nothing("what stood behind has no beginning")
		})
	}
}

func TestRefusedStrangerIsCutOffWithoutAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.calls()
		phone.says(strings.Replace(options(tcpVia), "Length: 0", "Length: -1", 1))
		h.next("a request that is not answered")
		if d := phone.isCutOff("stranger"); d != lingerTime {
			t.Errorf("after %v", d)
		}
	})
}

func TestHeaderOf3MBIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.calls()
		n, err := io.WriteString(phone, "OPTIONS sip:door@192.0.2.1 SIP/2.0\r\nSubject: "+strings.Repeat("x", 3<<20))
		if err == nil || n > 4*window64K {
			t.Errorf("%d octets were taken, %v", n, err)
		}
		h.nothing("no end, no message")
		other := h.calls()
		other.says(options(tcpVia))
		h.next("OPTIONS afterwards")
	})
}

const window64K = 65536

func TestPiecesAndSegments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.calls()
		stream := withBody(5000)
		for len(stream) > 0 {
			n := min(37, len(stream))
			phone.says(stream[:n])
			stream = stream[n:]
			time.Sleep(time.Millisecond)
		}
		if p := h.next("in pieces of 37"); len(p.Msg.Body) != 5000 {
			t.Errorf("body of %d octets", len(p.Msg.Body))
		}
		phone.says("\r\n" + strings.Repeat(options(tcpVia), 3) + "\r\n\r\n" + withBody(7))
		for range 3 {
			h.next("several in one segment")
		}
		h.next("behind a ping")
	})
}

func TestWhatIsNotSIPIsForgivenAFewTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		phone := h.calls()
		web := "GET / HTTP/1.1\r\nHost: door\r\n\r\n"
		phone.says(web + options(tcpVia))
		h.next("SIP behind HTTP")
		phone.says(strings.Repeat(web, maxNoise))
		phone.isCutOff("only HTTP")
		if s := h.door.Stats(); s.Garbage != maxNoise {
			t.Errorf("counts %+v", s)
		}
	})
}

func TestSendNeverWaitsForAPeerThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		answers := h.listens()
		h.send(tcpPhone, request("INVITE", 0))
		answers()
		start := time.Now()
		var err error
		for range 100 {
			if err = h.door.Send(tcpPhone, request("MESSAGE", 10000)); err != nil {
				break
			}
		}
		if err == nil || !strings.Contains(err.Error(), "wait for the peer") || time.Since(start) != 0 {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		if p := h.next("overflow"); p.Err == nil {
			t.Errorf("got %v", p.Msg)
		}
	})
}

func TestPeerThatStopsReadingIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		answers := h.listens()
		for range 15 {
			h.send(tcpPhone, request("MESSAGE", 10000))
		}
		answers()
		start := time.Now()
		if p := h.next("given up"); p.Err == nil || time.Since(start) != writeTime+failTime {
			t.Errorf("got %v after %v", p.Err, time.Since(start))
		}
	})
}

func TestIdleConnectionsKeepNobodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		udp := h.datagrams()
		talker := h.calls()
		talker.says(options(tcpVia))
		h.next("OPTIONS")
		before := runtime.NumGoroutine()
		for range maxIncoming + 100 {
			h.calls()
		}
		synctest.Wait()
		if s := h.door.Stats(); s.Open != maxIncoming || s.Evicted != 101 {
			t.Errorf("counts %+v", s)
		}
		if n := runtime.NumGoroutine() - before; n > 2*maxIncoming {
			t.Errorf("%d goroutines for %d connections", n, maxIncoming)
		}
		udp.WriteToUDPAddrPort([]byte(options(plainVia)), doorPort)
		h.next("UDP is served")
		late := h.calls()
		late.says(options(tcpVia))
		h.next("a new connection is served")
		talker.says(options(tcpVia))
		h.next("one that has spoken was not given up for silent ones")
	})
}

func TestOwnConnectionsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		ways := make([]Flow, maxOutgoing+1)
		for i := range ways {
			ways[i] = Flow{Transport: "TCP", Remote: netip.AddrPortFrom(phoneAddr, uint16(6000+i))}
			l, err := h.net.Host(phoneAddr).ListenTCP(ways[i].Remote)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
		}
		for _, to := range ways {
			h.send(to, request("OPTIONS", 0))
			time.Sleep(time.Second)
		}
		if p := h.next("the oldest has to go"); p.Remote != ways[0].Remote || !strings.Contains(p.Err.Error(), "too many connections") {
			t.Errorf("got %+v, %v", p.Flow, p.Err)
		}
		for _, to := range ways[1:] {
			h.door.KeepAlive(to, time.Minute)
		}
		if err := h.door.Send(ways[0], request("OPTIONS", 0)); err == nil || !strings.Contains(err.Error(), "must be kept") {
			t.Errorf("with all of them kept: %v", err)
		}
	})
}

func TestSlowReaderOfPacketsLosesNothingOfAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{Queue: 2})
		phone := h.calls()
		go io.WriteString(phone, strings.Repeat(options(tcpVia), 50)) // what does not come is missed below
		synctest.Wait()
		for range 50 {
			h.next("in its turn")
		}
	})
}

func TestCloseEndsEverythingAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{Queue: 1})
		phone := h.calls()
		phone.says(strings.Repeat(options(tcpVia), 10)) // nobody reads them
		h.net.Cut(doorAddr, netip.MustParseAddr("192.0.2.3"))
		h.send(Flow{Transport: "TCP", Remote: netip.MustParseAddrPort("192.0.2.3:5060")}, request("INVITE", 0))
		synctest.Wait()
		start := time.Now()
		h.door.Close()
		h.door.Close() // twice does no harm
		if d := time.Since(start); d != 0 {
			t.Errorf("Close took %v", d)
		}
		if err := h.door.Send(tcpPhone, request("INVITE", 0)); !errors.Is(err, errClosing) {
			t.Errorf("send after Close: %v", err)
		}
		if err := h.door.Send(Flow{Remote: phonePort}, request("INVITE", 0)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("send by UDP after Close: %v", err)
		}
		for range h.door.Packets() {
		}
	})
}

func TestOnlyWhatIsAskedForIsOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{Transports: []string{"TCP"}})
		if err := h.door.Send(Flow{Remote: phonePort}, request("INVITE", 0)); err == nil {
			t.Error("sent by UDP")
		}
		if _, err := h.net.Host(doorAddr).Listen(doorPort); err != nil {
			t.Errorf("the UDP port is taken: %v", err)
		}
		if !h.door.LocalAddr("TCP").IsValid() || h.door.LocalAddr("UDP").IsValid() || h.door.LocalAddr("TLS").IsValid() {
			t.Error("LocalAddr")
		}
	})
	if _, err := OpenLayer(LayerOptions{Transports: []string{"SCTP"}}); err == nil || !strings.Contains(err.Error(), `"SCTP"`) {
		t.Errorf("SCTP: %v", err)
	}
}

func TestSentBy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{Local: netip.MustParseAddrPort("0.0.0.0:5062"), Transports: []string{"UDP", "TCP", "TLS"},
			Route: func(netip.AddrPort) (netip.Addr, error) { return doorAddr, nil }})
		for _, c := range []struct {
			transport string
			want      string
		}{{"", "192.0.2.1:5062"}, {"UDP", "192.0.2.1:5062"}, {"TCP", "192.0.2.1:5062"}, {"TLS", "192.0.2.1:0"}} {
			if got, err := h.door.SentBy(Flow{Transport: c.transport, Remote: phonePort}); err != nil || got.String() != c.want {
				t.Errorf("%q: %v, %v; want %s", c.transport, got, err, c.want)
			}
		}
	})
}

func TestTCPPortInUseIsSaidPlainly(t *testing.T) {
	n := memnet.New(1)
	host := n.Host(doorAddr)
	taken, err := host.ListenTCP(doorPort)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	o := LayerOptions{
		Local:     doorPort,
		Listen:    func(local netip.AddrPort) (PacketConn, error) { return host.Listen(local) },
		ListenTCP: func(local netip.AddrPort) (net.Listener, error) { return host.ListenTCP(local) },
		DialTCP:   func(ctx context.Context, to netip.AddrPort) (net.Conn, error) { return host.DialTCP(ctx, to) },
	}
	if _, err = OpenLayer(o); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "TCP port 5060 of 192.0.2.1 is in use by another program") {
		t.Errorf("got %v", err)
	}
	if c, err := host.Listen(doorPort); err != nil {
		t.Errorf("the UDP port was not given back: %v", err)
	} else {
		c.Close()
	}
}
