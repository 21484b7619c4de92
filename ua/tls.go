package ua

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"

	"intercom/ua/sip"
	"intercom/ua/transport"
)

// trustIn reads whom the configuration believes over TLS, and what it shows.
func trustIn(o Options) (transport.TLS, error) {
	all := transport.TLS{Domains: map[string]transport.TLS{}}
	var err error
	if all.Certificate, err = loadCertificate(o.Config.Certificate); err != nil {
		return all, fmt.Errorf("sip: certificate: %w", err)
	}
	if all.Certificate == nil {
		all.Certificate = o.Certificate
	}
	if all.ClientRoots, err = loadRoots(o.Config.ClientCAFile); err != nil {
		return all, fmt.Errorf("sip: client_ca_file: %w", err)
	}
	for _, a := range o.Accounts {
		if a.CAFile+a.Fingerprint+a.Certificate == "" {
			continue
		}
		own, err := a.trust(all.Certificate)
		if err != nil {
			return all, fmt.Errorf("account %q: %w", a.Name, err)
		}
		for _, host := range a.hosts() {
			if _, ok := all.Domains[host]; !ok {
				all.Domains[host] = own
			}
		}
	}
	plain := transport.TLS{Certificate: all.Certificate}
	for _, a := range o.Accounts {
		for _, host := range a.hosts() {
			if _, ok := all.Domains[host]; !ok && !a.direct() {
				all.Domains[host] = plain
			}
		}
	}
	return all, nil
}

// direct tells whether the account calls everybody where they are.
func (a Account) direct() bool { return a.Registrar == "" && a.Proxy == "" }

// hosts are the names by which the account's servers are asked; "*" for an account without any, whose settings hold for
// everybody whom no other account looks after.
func (a Account) hosts() (all []string) {
	if a.direct() {
		all = append(all, "*")
	}
	for _, text := range []string{a.Registrar, a.Proxy, a.AOR} {
		if uri, err := sip.ParseURI(text); err == nil && uri.Host != "" {
			all = append(all, strings.ToLower(strings.TrimSuffix(uri.Host, ".")))
		}
	}
	return all
}

// trust reads the account's own; without a certificate of its own it shows the
// station's.
func (a Account) trust(shown *tls.Certificate) (own transport.TLS, err error) {
	if own.Roots, err = loadRoots(a.CAFile); err != nil {
		return own, fmt.Errorf("ca_file: %w", err)
	}
	if own.Certificate, err = loadCertificate(a.Certificate); err != nil {
		return own, fmt.Errorf("certificate: %w", err)
	}
	if own.Certificate == nil {
		own.Certificate = shown
	}
	if a.Fingerprint == "" {
		return own, nil
	}
	pinned, err := transport.ParseFingerprint(a.Fingerprint)
	if err != nil {
		return own, fmt.Errorf("fingerprint: %w", err)
	}
	own.Pinned = map[string][]transport.Fingerprint{}
	for _, host := range a.hosts() {
		own.Pinned[host] = []transport.Fingerprint{pinned}
	}
	return own, nil
}

// checkTrust returns the faults of the account's keys for TLS.
func (a Account) checkTrust() (faults []ConfigFault) {
	if _, err := loadRoots(a.CAFile); err != nil {
		faults = append(faults, ConfigFault{"ca_file", a.CAFile, fmt.Sprintf("a file of certificates in PEM (%v)", err)})
	}
	if _, err := transport.ParseFingerprint(a.Fingerprint); err != nil && a.Fingerprint != "" {
		faults = append(faults, ConfigFault{"fingerprint", a.Fingerprint, `the 64 hex digits that "openssl x509 -noout -fingerprint -sha256" prints`})
	}
	return append(faults, checkCertificate(a.Certificate)...)
}

// checkClients returns the faults of the key for those who connect.
func (c Config) checkClients() []ConfigFault {
	if _, err := loadRoots(c.ClientCAFile); err != nil {
		return []ConfigFault{{"client_ca_file", c.ClientCAFile, fmt.Sprintf("a file of certificates in PEM (%v)", err)}}
	}
	return nil
}

func checkCertificate(path string) []ConfigFault {
	if _, err := loadCertificate(path); err != nil {
		return []ConfigFault{{"certificate", path, fmt.Sprintf("a PEM file of a certificate and its private key (%v)", err)}}
	}
	return nil
}

func loadRoots(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	return transport.LoadRoots(path)
}

func loadCertificate(path string) (*tls.Certificate, error) {
	if path == "" {
		return nil, nil
	}
	c, err := tls.LoadX509KeyPair(path, path)
	if err != nil {
		return nil, err
	}
	return &c, nil
}
