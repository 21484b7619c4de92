package ua_test

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"intercom/ua"
)

// benched runs a user agent on loopback and returns a socket that asks it.
func benched(b *testing.B) (*ua.UA, *net.UDPConn) {
	c := ua.Default()
	c.Listen, c.Allow, c.MaxCalls = "127.0.0.1:0", []string{"127.0.0.0/8"}, 64
	u, err := ua.New(ua.Options{Config: c, Accounts: []ua.Account{{AOR: "sip:door@127.0.0.1"}}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- u.Run(ctx) }()
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(u.LocalAddr()))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		conn.Close()
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	return u, conn
}

func asked(conn *net.UDPConn, method string, i int, body string) []byte {
	local := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return fmt.Appendf(nil, "%s sip:door@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%d;rport\r\nMax-Forwards: 70\r\n"+
		"From: <sip:pbx@127.0.0.1>;tag=%d\r\nTo: <sip:door@127.0.0.1>\r\nCall-ID: %s-%d@127.0.0.1\r\nCSeq: 1 %s\r\nContact: <sip:pbx@%s>\r\n"+
		"User-Agent: bench\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
		method, local, method, i, i, method, i, method, local, len(body), body)
}

// BenchmarkOptions is one OPTIONS and its 200 over loopback with 16 in flight,
// the time of the asking side's socket included; cpu-ns is that of the processor, of both sides.
func BenchmarkOptions(b *testing.B) {
	_, conn := benched(b)
	const flight = 16
	var room [2048]byte
	requests := make([][]byte, 256)
	for i := range requests {
		requests[i] = asked(conn, "OPTIONS", i, "")
	}
	ask := func(i int) {
		if _, err := conn.Write(requests[i%len(requests)]); err != nil {
			b.Fatal(err)
		}
	}
	for i := range flight - 1 {
		ask(i)
	}
	b.ReportAllocs()
	begin := processor(b)
	for i := flight - 1; b.Loop(); i++ {
		ask(i)
		if _, err := conn.Read(room[:]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(processor(b)-begin)/float64(b.N), "cpu-ns/op")
}

// processor is the time that the processor has spent on this program.
func processor(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkInviteToRinging is from an INVITE in the socket over the owner's
// decision to the 180 in the caller's socket.
func BenchmarkInviteToRinging(b *testing.B) {
	body := "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
	var u *ua.UA
	var conn *net.UDPConn
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%200 == 0 { // transactions live on for 5 s, and there may be only so many
			b.StopTimer()
			u, conn = benched(b)
			b.StartTimer()
		}
		if _, err := conn.Write(asked(conn, "INVITE", i, body)); err != nil {
			b.Fatal(err)
		}
		in := (<-u.Events()).(ua.Incoming)
		u.Ring(in.Call)
		await(b, conn, "180")
		b.StopTimer()
		u.Hangup(in.Call)
		<-u.Events()
		await(b, conn, "480")
		acknowledge(b, conn, i)
		b.StartTimer()
	}
}

// await reads until a response with that status.
func await(b *testing.B, conn *net.UDPConn, status string) {
	var room [2048]byte
	for {
		n, err := conn.Read(room[:])
		if err != nil {
			b.Fatal(err)
		}
		if string(room[8:min(n, 11)]) == status {
			return
		}
	}
}

// acknowledge ends the transaction of a refused INVITE.
func acknowledge(b *testing.B, conn *net.UDPConn, i int) {
	local := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	if _, err := fmt.Fprintf(conn, "ACK sip:door@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKINVITE%d;rport\r\nMax-Forwards: 70\r\n"+
		"From: <sip:pbx@127.0.0.1>;tag=%d\r\nTo: <sip:door@127.0.0.1>;tag=x\r\nCall-ID: INVITE-%d@127.0.0.1\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
		local, i, i, i); err != nil {
		b.Fatal(err)
	}
}
