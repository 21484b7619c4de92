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
	if !l.speaks("TCP") {
		return nil
	}
	if err := l.listen("TCP", at, nil); err != nil {
		if l.udp != nil {
			_ = l.udp.shut() // what is told is why TCP failed
			l.udp = nil
		}
		return err
	}
	return nil
}

func (l *Layer) openTLS() error {
	if !l.speaks("TLS") {
		return nil
	}
	if l.opts.TLS.Certificate == nil {
		l.opts.Log.Debug("no certificate to show: TLS connections are made, not taken")
		return nil
	}
	at := l.opts.LocalTLS
	if !at.IsValid() {
		at = l.opts.Local
		if at.Port() != 0 {
			at = netip.AddrPortFrom(at.Addr(), at.Port()+1)
		}
	}
	return l.listen("TLS", at, l.opts.TLS.server())
}

func (l *Layer) listen(transport string, at netip.AddrPort, config *tls.Config) error {
	listener, err := l.opts.ListenTCP(at)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s port %d of %v is in use by another program: %w", transport, at.Port(), at.Addr(), err)
	} else if err != nil {
		return fmt.Errorf("listen on %s %v: %w", transport, at, err)
	}
	l.local[transport] = addrPort(listener.Addr())
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	l.streams.listen(transport, listener)
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
