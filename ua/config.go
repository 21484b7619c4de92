package ua

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"intercom/ua/digest"
)

// Config is the [sip] table: what the user agent listens on and whom it
// listens to.
type Config struct {
	// Listen is the local address and port, "0.0.0.0:5060" by default.
	Listen string `toml:"listen"`

	// ListenTLS is where TLS is listened for; if empty, the default, at the port
	// after that of Listen. It may be Listen itself: what a peer says first tells
	// TLS from TCP.
	ListenTLS string `toml:"listen_tls"`

	// Transports are those of "udp", "tcp" and "tls" that are spoken; "udp"
	// and "tcp" by default. TLS is spoken to the server of an account that
	// wants it in any case.
	Transports []string `toml:"transports"`

	// Certificate is a PEM file of the certificate that TLS shows to those who
	// connect to us and to servers that ask, and of its private key. Without
	// one, the default, TLS is not listened for.
	Certificate string `toml:"certificate"`

	// ClientCAFile is a PEM file of the authorities one of which must vouch for
	// everybody who connects to us by TLS. Without one, the default, nobody is
	// asked for a certificate. Whose calls are taken is decided as for others.
	ClientCAFile string `toml:"client_ca_file"`

	// Allow lists the addresses and prefixes ("192.168.178.20",
	// "10.0.0.0/8", "fd00::/8") whose calls are taken beside those of the
	// accounts' own servers. Empty by default.
	Allow []string `toml:"allow"`

	// Refuse says what everybody else gets: "silent" (no answer at all, the
	// default: a scanner learns nothing) or "403". Where there is a Caller,
	// everybody else is asked for a password instead.
	Refuse string `toml:"refuse"`

	// UserAgent is the User-Agent and Server header, "intercom" by default.
	UserAgent string `toml:"user_agent"`

	// SessionExpires is the interval asked for in our calls after which a call
	// that nobody refreshes ends (RFC 4028): 30 minutes by default, from MinSE
	// to 24 hours. Zero asks for none; what the peer asks for is done anyway.
	SessionExpires time.Duration `toml:"session_expires"`

	// MinSE is the least such interval that is taken, 90 seconds by default
	// and at least.
	MinSE time.Duration `toml:"min_se"`

	// MaxCalls is how many calls may exist, ringing ones included, for another
	// one to come in; 4 by default. One more is answered 486 Busy Here.
	MaxCalls int `toml:"max_calls"`

	// Transfers says who may ask us, within a call, to call somebody else
	// (REFER): "trusted", the default, for the accounts' own servers, the
	// addresses of Allow and those who have shown a password, or "refuse" for
	// nobody. The owner is asked each time.
	Transfers string `toml:"transfers"`
}

// Account is one [[account]] table: who the station is, and the server that
// knows it, if any.
type Account struct {
	// Name tells the account from others in the configuration and the log.
	Name string `toml:"name"`

	// AOR is the address of record, "sip:door@fritz.box".
	AOR string `toml:"aor"`

	// DisplayName is what telephones show for a call of this account.
	DisplayName string `toml:"display_name"`

	// Username is the name for digest authentication; the user part of the
	// AOR if empty.
	Username string `toml:"username"`

	// Password answers the challenges of the server. It is not shown however
	// the account is printed.
	Password Secret `toml:"password"`

	// Registrar is the server to register with, "sip:192.168.178.1". Empty
	// means that nothing is registered: calls go straight to their targets.
	Registrar string `toml:"registrar"`

	// Proxy is an outbound proxy, "sip:proxy.example.net", that every
	// request of this account goes through. Empty by default.
	Proxy string `toml:"proxy"`

	// CAFile is a PEM file of the authorities that may vouch for the servers of
	// the account over TLS, instead of those of the system.
	CAFile string `toml:"ca_file"`

	// Fingerprint is the SHA-256 of the certificate that the servers of the
	// account must show over TLS, whoever signed it: the way to believe one that
	// signed itself. No other is believed then.
	Fingerprint string `toml:"fingerprint"`

	// Certificate is a PEM file of the certificate that is shown to servers of
	// the account that ask for one, and of its private key; that of Config if
	// empty.
	Certificate string `toml:"certificate"`

	// SRTP says whether sound is encrypted (RFC 3711) with keys that the
	// signalling carries (RFC 4568): "optional", the default, where the other
	// side can, "required" or no call, or "off".
	SRTP string `toml:"srtp"`

	// SRTPWithoutTLS lets the keys go over UDP and TCP too, where whoever sees
	// the signalling can read them. By default only TLS carries them; calls that
	// need them are refused elsewhere.
	SRTPWithoutTLS bool `toml:"srtp_without_tls"`

	// Expires is the lifetime asked for a registration, 5 minutes if zero: so long
	// a telephone system that has forgotten us may go unnoticed.
	Expires time.Duration `toml:"expires"`

	// KeepAlive is how long the way to the registrar may be silent at most, lest
	// a router or a firewall on it closes it to calls. Zero, the default, is by
	// itself: half a minute if the registrar shows that a router translates our
	// address or says that it wants it, else 2 minutes over TCP and TLS and
	// without limit by UDP. What the registrar asks for (Flow-Timer) counts if it
	// is less.
	KeepAlive time.Duration `toml:"keep_alive"`
}

// Secret is a password that is hidden from every log and dump.
type Secret = digest.Secret

// The two policies of Config.Refuse.
const (
	RefuseSilent    = "silent"
	RefuseForbidden = "403"
)

// The two policies of Config.Transfers.
const (
	TransfersTrusted = "trusted"
	TransfersRefused = "refuse"
)

const (
	defaultExpires = 5 * time.Minute
	minExpires     = 30 * time.Second
	minKeepAlive   = 10 * time.Second
	maxKeepAlive   = time.Hour
	maxExpires     = 24 * time.Hour
)

// defaultTransports are what RFC 3261 §18 asks of everybody: "All SIP elements
// MUST implement UDP and TCP."
func defaultTransports() []string { return []string{"udp", "tcp"} }

// Default returns the configuration of an empty [sip] table.
func Default() Config {
	return Config{
		Listen:         "0.0.0.0:5060",
		Transports:     defaultTransports(),
		SessionExpires: 30 * time.Minute,
		MinSE:          leastMinSE,
		Refuse:         RefuseSilent,
		UserAgent:      "intercom",
		MaxCalls:       4,
		Transfers:      TransfersTrusted,
	}
}

// ConfigFault is one value that cannot be used: the key as written in the
// file, the offending text, and what would be right.
type ConfigFault struct{ Key, Text, Want string }

func (f ConfigFault) Error() string {
	return fmt.Sprintf("%s: %q is not usable; want %s", f.Key, f.Text, f.Want)
}

// Check returns every fault of the table.
func (c Config) Check() []ConfigFault {
	var faults []ConfigFault
	if _, err := netip.ParseAddrPort(c.Listen); err != nil {
		faults = append(faults, ConfigFault{"listen", c.Listen, `an address and a port such as "0.0.0.0:5060"`})
	}
	if _, err := netip.ParseAddrPort(c.ListenTLS); err != nil && c.ListenTLS != "" {
		faults = append(faults, ConfigFault{"listen_tls", c.ListenTLS, `an address and a port such as "0.0.0.0:5061", or nothing for the port after that of listen`})
	}
	for _, name := range c.Transports {
		if name != "udp" && name != "tcp" && name != "tls" {
			faults = append(faults, ConfigFault{"transports", name, `"udp", "tcp" or "tls"`})
		}
	}
	if c.Transports != nil && len(c.Transports) == 0 {
		faults = append(faults, ConfigFault{"transports", "[]", `at least one of "udp", "tcp" and "tls"`})
	}
	faults = append(faults, checkCertificate(c.Certificate)...)
	faults = append(faults, c.checkClients()...)
	if c.MinSE < leastMinSE || c.MinSE > maxExpires {
		faults = append(faults, ConfigFault{"min_se", c.MinSE.String(), fmt.Sprintf("a time from %v to %v", leastMinSE, maxExpires)})
	}
	if c.SessionExpires != 0 && (c.SessionExpires < max(c.MinSE, leastMinSE) || c.SessionExpires > maxExpires) {
		faults = append(faults, ConfigFault{"session_expires", c.SessionExpires.String(), fmt.Sprintf(`"0s", or a time from min_se to %v`, maxExpires)})
	}
	for _, text := range c.Allow {
		if _, err := parsePrefix(text); err != nil {
			faults = append(faults, ConfigFault{"allow", text, `an address or a prefix such as "192.168.178.0/24"`})
		}
	}
	if c.Refuse != RefuseSilent && c.Refuse != RefuseForbidden {
		faults = append(faults, ConfigFault{"refuse", c.Refuse, `"silent" or "403"`})
	}
	if c.Transfers != TransfersTrusted && c.Transfers != TransfersRefused {
		faults = append(faults, ConfigFault{"transfers", c.Transfers, `"trusted" or "refuse"`})
	}
	if strings.ContainsAny(c.UserAgent, "\r\n\x00") {
		faults = append(faults, ConfigFault{"user_agent", c.UserAgent, "one line of text"})
	}
	if c.MaxCalls < 1 || c.MaxCalls > 64 {
		faults = append(faults, ConfigFault{"max_calls", fmt.Sprint(c.MaxCalls), "a number from 1 to 64"})
	}
	return faults
}

// parsePrefix reads "192.168.178.20" as well as "192.168.178.0/24".
func parsePrefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return p.Masked(), nil
}
