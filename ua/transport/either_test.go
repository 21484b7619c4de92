package transport

import (
	"testing"
	"testing/synctest"
	"time"
)

// On a port for both, each peer is heard as what it speaks.
func TestTCPAndTLSOnOnePort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours := newAuthority(t)
		h := newHouse(t, LayerOptions{LocalTLS: doorPort, Transports: []string{"TCP", "TLS"}, TLS: TLS{Roots: ours.roots, Certificate: ours.issue(forName("door.example"))}})
		if u, v := h.door.LocalAddr("TCP"), h.door.LocalAddr("TLS"); u != v {
			t.Fatalf("TCP on %v, TLS on %v", u, v)
		}
		h.callsTLS(ours.roots).says(options("SIP/2.0/TLS 192.0.2.2:5061;branch=z9hG4bK1"))
		if p := h.next("by TLS"); p.Transport != "TLS" || p.Fault != nil {
			t.Errorf("by %+v, fault %v", p.Flow, p.Fault)
		}
		h.calls().says(options("SIP/2.0/TCP 192.0.2.2:5061;branch=z9hG4bK2"))
		if p := h.next("by TCP"); p.Transport != "TCP" || p.Fault != nil {
			t.Errorf("by %+v, fault %v", p.Flow, p.Fault)
		}
	})
}

// Who says nothing is not waited for for ever, and half a handshake is bounded as on a port for TLS alone.
func TestSilenceOnAPortForBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours := newAuthority(t)
		h := newHouse(t, LayerOptions{LocalTLS: doorPort, Transports: []string{"TCP", "TLS"}, TLS: TLS{Certificate: ours.issue(forName("door.example"))}})
		for range maxShaking + 10 {
			h.calls().says(string(rune(clientHello)))
			time.Sleep(time.Millisecond)
		}
		silent := h.calls()
		synctest.Wait()
		if s := h.door.Stats(); s.Open != maxShaking+1 {
			t.Errorf("%d connections are open, want %d handshakes and one that is silent", s.Open, maxShaking)
		}
		time.Sleep(firstTime + time.Second)
		synctest.Wait()
		silent.isCutOff("after saying nothing")
		if s := h.door.Stats(); s.Open != 0 {
			t.Errorf("%d connections are open", s.Open)
		}
	})
}
