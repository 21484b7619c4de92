package ua

import (
	"net/netip"
	"slices"
	"strings"

	"intercom/ua/sip"
	"intercom/ua/transport"
)

// openLayer binds the sockets of checked options.
func openLayer(o Options) (*transport.Layer, error) {
	trust, err := trustIn(o)
	if err != nil {
		return nil, err
	}
	var localTLS netip.AddrPort
	if o.Config.ListenTLS != "" {
		localTLS = netip.MustParseAddrPort(o.Config.ListenTLS) // this one too
	}
	return transport.OpenLayer(transport.LayerOptions{
		TLS:        trust,
		LocalTLS:   localTLS,
		Transports: spoken(o),
		Local:      netip.MustParseAddrPort(o.Config.Listen), // Check has parsed it
		Listen:     listener(o.Listen), ListenTCP: o.ListenTCP, DialTCP: o.DialTCP,
		Route: o.Route, Log: o.Log,
	})
}

// listener adapts the option to the transport's own interface.
func listener(listen func(netip.AddrPort) (PacketConn, error)) func(netip.AddrPort) (transport.PacketConn, error) {
	if listen == nil {
		return nil
	}
	return func(local netip.AddrPort) (transport.PacketConn, error) { return listen(local) }
}

// spoken lists the transports: those of the configuration, and TLS where the
// server of an account wants it, which listens for nobody.
func spoken(o Options) []string {
	if o.Listen != nil && o.ListenTCP == nil {
		return []string{"UDP"}
	}
	names := o.Config.Transports
	if names == nil {
		names = defaultTransports()
	}
	var all []string
	for _, name := range names {
		all = append(all, strings.ToUpper(name))
	}
	if !slices.Contains(all, "TLS") && slices.ContainsFunc(o.Accounts, Account.wantsTLS) {
		all = append(all, "TLS")
	}
	return all
}

// wantsTLS tells whether a server of the account is reached by TLS only.
func (a Account) wantsTLS() bool {
	return slices.ContainsFunc([]string{a.AOR, a.Registrar, a.Proxy}, func(text string) bool {
		uri, err := sip.ParseURI(text)
		by, _ := uri.Params.Get("transport")
		return err == nil && (uri.Scheme == "sips" || strings.EqualFold(by, "tls"))
	})
}

// bound is what is listened on, by UDP if it is spoken.
func (l *loop) bound() netip.AddrPort {
	for _, t := range []string{"UDP", "TCP", "TLS"} {
		if at := l.net.LocalAddr(t); at.IsValid() {
			return at
		}
	}
	return netip.AddrPort{}
}
