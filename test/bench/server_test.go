package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	sipgosip "github.com/emiago/sipgo/sip"

	"intercom/ua"
)

// servers are those that answer; the floor answers with the octets that came, to show what the asking side and the
// kernel cost.
var servers = map[string]func(testing.TB) net.Addr{"ours": serveOurs, "sipgo": serveTheirs, "floor": serveFloor}

func serveOurs(b testing.TB) net.Addr {
	c := ua.Default()
	c.Listen, c.Allow = "127.0.0.1:0", []string{"127.0.0.0/8"}
	u, err := ua.New(ua.Options{Config: c, Accounts: []ua.Account{{AOR: "sip:door@127.0.0.1"}}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- u.Run(ctx) }()
	go func() {
		for {
			select {
			case <-u.Events():
			case <-ctx.Done():
				return
			}
		}
	}()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	return net.UDPAddrFromAddrPort(u.LocalAddr())
}

func serveTheirs(b testing.TB) net.Addr {
	quiet := slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError}))
	sipgosip.SetDefaultLogger(quiet)
	agent, err := sipgo.NewUA()
	if err != nil {
		b.Fatal(err)
	}
	server, err := sipgo.NewServer(agent, sipgo.WithServerLogger(quiet))
	if err != nil {
		b.Fatal(err)
	}
	answer := func(req *sipgosip.Request, tx sipgosip.ServerTransaction) {
		if err := tx.Respond(sipgosip.NewResponseFromRequest(req, 200, "OK", nil)); err != nil {
			b.Error(err)
		}
	}
	server.OnOptions(answer)
	server.OnMessage(answer)
	conn := listen(b)
	go server.ServeUDP(conn)
	b.Cleanup(func() { agent.Close() })
	return conn.LocalAddr()
}

func serveFloor(b testing.TB) net.Addr {
	conn := listen(b)
	go func() {
		for room := make([]byte, 2048); ; {
			n, from, err := conn.ReadFromUDPAddrPort(room)
			if err != nil {
				return
			}
			conn.WriteToUDPAddrPort(room[:n], from)
		}
	}()
	return conn.LocalAddr()
}

func listen(b testing.TB) *net.UDPConn {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	return conn
}

// asker sends requests, each a new one, and reads the answers.
type asker struct {
	tb      testing.TB
	conn    *net.UDPConn
	request []byte
	at      []int // where the number stands in it
	sent    int
	room    [2048]byte
}

const number = "0000000000"

func newAsker(tb testing.TB, to net.Addr, method, body string) *asker {
	conn, err := net.DialUDP("udp4", nil, to.(*net.UDPAddr))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	a := &asker{tb: tb, conn: conn}
	a.request = fmt.Appendf(nil, "%s sip:door@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\n"+
		"From: \"Exchange\" <sip:pbx@127.0.0.1>;tag=%s\r\nTo: <sip:door@127.0.0.1>\r\nCall-ID: %s@127.0.0.1\r\nCSeq: 1 %s\r\n"+
		"Contact: <sip:pbx@%s>\r\nUser-Agent: bench\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s",
		method, conn.LocalAddr(), number, number, number, method, conn.LocalAddr(), len(body), body)
	for from := 0; ; {
		i := bytes.Index(a.request[from:], []byte(number))
		if i < 0 {
			return a
		}
		a.at = append(a.at, from+i)
		from += i + len(number)
	}
}

func (a *asker) ask() {
	a.sent++
	text := fmt.Sprintf("%010d", a.sent)
	for _, at := range a.at {
		copy(a.request[at:], text)
	}
	if _, err := a.conn.Write(a.request); err != nil {
		a.tb.Fatal(err)
	}
}

func (a *asker) hear() {
	a.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := a.conn.Read(a.room[:]); err != nil {
		a.tb.Fatal(err)
	}
}

// BenchmarkOptionsServer is one OPTIONS and its 200 over loopback with 16 in flight. cpu-ns/op is what the processor
// spends on it, the asking side included: the floor is to be taken off.
func BenchmarkOptionsServer(b *testing.B) {
	for _, name := range []string{"ours", "sipgo", "floor"} {
		b.Run(name, func(b *testing.B) {
			a := newAsker(b, servers[name](b), "OPTIONS", "")
			for range 15 {
				a.ask()
			}
			b.ReportAllocs()
			begin := processor(b)
			for b.Loop() {
				a.ask()
				a.hear()
			}
			b.ReportMetric(float64(processor(b)-begin)/float64(b.N), "cpu-ns/op")
		})
	}
}

// processor is the time that the processor has spent on this program.
func processor(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkTransactionHeld counts the octets that a server holds for a MESSAGE which it has answered, for the 32 s in which
// that may come again (RFC 3261 §17.2.2, Timer J).
func BenchmarkTransactionHeld(b *testing.B) {
	for _, name := range []string{"ours", "sipgo"} {
		b.Run(name, func(b *testing.B) {
			a := newAsker(b, servers[name](b), "MESSAGE", "The parcel is at the neighbours'.")
			a.ask()
			a.hear()
			before := heap()
			const messages = 400
			for range messages {
				a.ask()
				a.hear()
			}
			held := float64(heap()-before) / messages
			for b.Loop() {
				runtime.Gosched() // what counts has been counted
			}
			b.ReportMetric(held, "B-held/transaction")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// heap is what is reachable, in octets, stacks of goroutines included.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
