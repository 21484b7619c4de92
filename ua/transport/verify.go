package transport

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"
)

// verify decides whether a server may speak for a domain (RFC 5922 §7.3). Its errors are for the caretaker who has to put
// it right.
func (t TLS) verify(name string, chain []*x509.Certificate, now time.Time) error {
	if len(chain) == 0 {
		return errors.New("the server shows no certificate")
	}
	name = strings.ToLower(name)
	for _, domain := range []string{name, "*"} {
		if pinned, ok := t.Pinned[domain]; ok {
			return verifyPinned(name, chain[0], pinned)
		}
	}
	if err := verifyChain(t.Roots, chain, now); err != nil {
		return chainFault(name, chain[0], now, err)
	}
	if !mayServe(chain[0]) {
		return fmt.Errorf("the certificate of %q is not meant for servers", name)
	}
	return verifyDomain(name, chain[0])
}

// verifyClient decides whether somebody may connect to us. Who it is does not matter: RFC 5922 §7.4 leaves that to what is
// authorised, which here is to speak; whose calls are taken is decided elsewhere.
func (t TLS) verifyClient(chain []*x509.Certificate, now time.Time) error {
	if len(chain) == 0 {
		return errors.New("the peer shows no certificate")
	}
	if err := verifyChain(t.ClientRoots, chain, now); err != nil {
		return chainFault(chain[0].Subject.CommonName, chain[0], now, err)
	}
	return nil
}

func verifyChain(roots *x509.CertPool, chain []*x509.Certificate, now time.Time) error {
	o := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool(), CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	for _, c := range chain[1:] {
		o.Intermediates.AddCert(c)
	}
	_, err := chain[0].Verify(o)
	return err
}

func verifyPinned(name string, leaf *x509.Certificate, pinned []Fingerprint) error {
	if got := FingerprintOf(leaf); !slices.Contains(pinned, got) {
		return fmt.Errorf("the certificate of %q has the fingerprint %v, which is not the pinned one", name, got)
	}
	return nil
}

// chainFault says what is wrong with a certificate or with those that vouch for it.
func chainFault(name string, leaf *x509.Certificate, now time.Time, err error) error {
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	const day = "2006-01-02"
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		whose, c := fmt.Sprintf("the certificate of %q", name), invalid.Cert
		if !c.Equal(leaf) {
			whose = fmt.Sprintf("the certificate of the authority %q that vouches for %q", c.Subject.CommonName, name)
		}
		if now.Before(c.NotBefore) {
			return fmt.Errorf("%s is valid only from %s on, and the clock here says %s: %w", whose, c.NotBefore.Format(day), now.Format(day), err)
		}
		return fmt.Errorf("%s expired on %s, and the clock here says %s: %w", whose, c.NotAfter.Format(day), now.Format(day), err)
	case errors.As(err, &unknown):
		return fmt.Errorf("the certificate of %q is signed by %q, an authority that is not known here; give its CA file or pin the fingerprint %v: %w",
			name, leaf.Issuer.CommonName, FingerprintOf(leaf), err)
	}
	return fmt.Errorf("the certificate of %q cannot be verified: %w", name, err)
}

// sipDomain is id-kp-sipDomain of RFC 5924.
var sipDomain = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 20}

// mayServe: RFC 5924 §4 wants anyExtendedKeyUsage or id-kp-sipDomain if a certificate limits its use, everybody else
// id-kp-serverAuth.
func mayServe(c *x509.Certificate) bool {
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	return slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny) ||
		slices.ContainsFunc(c.UnknownExtKeyUsage, sipDomain.Equal)
}

// verifyDomain compares the domain with the identities of a certificate as RFC 5922 §7.2 wants it: without regard to case,
// and no form of wildcard matches.
func verifyDomain(name string, c *x509.Certificate) error {
	if ip := net.ParseIP(name); ip != nil && slices.ContainsFunc(c.IPAddresses, ip.Equal) {
		return nil
	}
	identities := identitiesOf(c)
	for _, id := range identities {
		if strings.EqualFold(strings.TrimSuffix(id, "."), name) {
			return nil
		}
	}
	for _, id := range identities {
		if _, parent, ok := strings.Cut(name, "."); ok && strings.EqualFold(id, "*."+parent) {
			return fmt.Errorf("the certificate is for %q, and a wildcard does not count in SIP (RFC 5922 §7.2); pin its fingerprint %v if %q is to be believed", id, FingerprintOf(c), name)
		}
	}
	for _, ip := range c.IPAddresses {
		identities = append(identities, ip.String())
	}
	return fmt.Errorf("the certificate is for %q, not for %q", identities, name)
}

// identitiesOf returns the SIP domains of a certificate. RFC 5922 §7.1: those of its sip URIs without a user part; if it
// has none, its DNS names; and only if it has no subjectAltName at all, the common name.
func identitiesOf(c *x509.Certificate) (domains []string) {
	for _, u := range c.URIs {
		if u.Scheme != "sip" || u.Opaque == "" || strings.Contains(u.Opaque, "@") {
			continue
		}
		domain, _, _ := strings.Cut(u.Opaque, ";")
		domains = append(domains, domain)
	}
	switch {
	case len(domains) > 0:
		return domains
	case len(c.DNSNames) > 0:
		return c.DNSNames
	case len(c.URIs)+len(c.IPAddresses)+len(c.EmailAddresses) == 0 && c.Subject.CommonName != "":
		return []string{c.Subject.CommonName}
	}
	return nil
}
