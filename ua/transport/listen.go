package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// open binds. A port that is picked must be free for UDP and TCP, which takes a few tries at most.
func (l *Layer) open() error {
	for tries := 0; ; tries++ {
		err := l.openBoth()
		if err == nil {
			return l.openTLS()
		}
		if l.opts.Local.Port() != 0 || !errors.Is(err, syscall.EADDRINUSE) || tries == 10 {
			return err
		}
	}
}

func (l *Layer) openBoth() error {
	at := l.opts.Local
	if l.speaks("UDP") {
		udp, err := openUDP(Options{Local: at, Listen: l.opts.Listen, Route: l.opts.Route, Log: l.opts.Log}, l.inbox)
		if err != nil {
			return err
		}
		at = netip.AddrPortFrom(at.Addr(), udp.LocalAddr().Port())
		l.udp, l.local["UDP"] = udp, udp.LocalAddr()
	}
	if err := l.openBeside(at); err != nil {
		if l.udp != nil {
			_ = l.udp.shut() // what is told is why TCP failed
			l.udp = nil
		}
		return err
	}
	return nil
}

// openBeside listens for the connections that come to the address of UDP.
func (l *Layer) openBeside(at netip.AddrPort) error {
	switch {
	case l.speaks("TCP"):
		return l.listen("TCP", at)
	case l.takesTLS() && l.opts.LocalTLS == l.opts.Local:
		return l.listen("TLS", at)
	}
	return nil
}

func (l *Layer) openTLS() error {
	switch {
	case !l.takesTLS():
		return nil
	case l.shared():
		l.local["TLS"] = l.local["TCP"]
	}
	if l.local["TLS"].IsValid() {
		return nil
	}
	at := l.opts.LocalTLS
	if !at.IsValid() {
		at = l.opts.Local
		if at.Port() != 0 {
			at = netip.AddrPortFrom(at.Addr(), at.Port()+1)
		}
	}
	return l.listen("TLS", at)
}

// takesTLS tells whether others can connect by TLS: without a certificate to show such connections are only made.
func (l *Layer) takesTLS() bool { return l.speaks("TLS") && l.opts.TLS.Certificate != nil }

// shared tells whether TCP and TLS are listened for at the same port.
func (l *Layer) shared() bool {
	return l.speaks("TCP") && l.takesTLS() && l.opts.LocalTLS == l.opts.Local
}

func (l *Layer) listen(transport string, at netip.AddrPort) error {
	listener, err := l.opts.ListenTCP(at)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s port %d of %v is in use by another program: %w", transport, at.Port(), at.Addr(), err)
	} else if err != nil {
		return fmt.Errorf("listen on %s %v: %w", transport, at, err)
	}
	l.local[transport] = addrPort(listener.Addr())
	var either *tls.Config
	switch {
	case transport == "TLS":
		listener = tls.NewListener(listener, l.opts.TLS.server())
	case l.shared():
		either = l.opts.TLS.server()
	}
	l.streams.listen(transport, listener, either)
	return nil
}

func listenTCP(local netip.AddrPort) (net.Listener, error) {
	network := "tcp" // with the unspecified IPv6 address: both families
	if local.Addr().Is4() {
		network = "tcp4"
	}
	config := net.ListenConfig{Control: giveUpSilentPeers} // inherited by the connections
	return config.Listen(context.Background(), network, net.TCPAddrFromAddrPort(local).String())
}

func dialerFrom(local netip.Addr) func(context.Context, netip.AddrPort) (net.Conn, error) {
	return func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
		d := net.Dialer{Control: giveUpSilentPeers}
		if local.IsValid() && !local.IsUnspecified() {
			d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(local, 0))
		}
		return d.DialContext(ctx, "tcp", to.String())
	}
}
