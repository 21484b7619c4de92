package hook

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"
)

// Config is one [[hook]].
type Config struct {
	// Name is what the log calls it.
	Name string `toml:"name"`
	// Events lists the kinds of records that it is told of, as "intercom log" shows them. Empty: all.
	Events []string `toml:"events"`

	// URL is the http or https address that records are posted to.
	URL Secret `toml:"url"`
	// Secret signs what is posted: at least 24 random bytes in base64, "whsec_" before them or not. Empty: nothing is signed.
	Secret Secret `toml:"secret"`
	// CAFile is a PEM file of the authorities that vouch for the server. Empty: those of the system.
	CAFile string `toml:"ca_file"`

	// Command is a program with its arguments that is run for each record instead. No shell sees them.
	Command []string `toml:"command"`

	// Timeout ends one attempt. 10s by default.
	Timeout time.Duration `toml:"timeout"`
}

// DefaultTimeout is a hook's Timeout where none is said.
const DefaultTimeout = 10 * time.Second

// A Secret prints as "***".
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// Format hides the secret from every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText hides the secret from JSON and TOML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// A ValueFault is one value of a hook that cannot be.
type ValueFault struct{ Key, Text, Want string }

// Check finds everything that cannot work. It opens no file.
func (c Config) Check(kinds []string) []ValueFault {
	var all []ValueFault
	fault := func(key, want, text string, a ...any) {
		all = append(all, ValueFault{key, fmt.Sprintf(text, a...), want})
	}
	if c.Name == "" {
		fault("name", `write name = "house"`, "the hook has no name")
	}
	switch {
	case c.URL == "" && len(c.Command) == 0:
		fault("url", "write url or command", "the hook does nothing")
	case c.URL != "" && len(c.Command) > 0:
		fault("command", "write two hooks", "the hook has both a url and a command")
	case c.URL != "":
		if _, err := c.address(); err != nil {
			fault("url", `write an address such as "https://house.example/door"`, "%v", err)
		}
	case !strings.HasPrefix(c.Command[0], "/"):
		fault("command.0", "write its whole path", "%q is no path of a program", c.Command[0])
	}
	if _, err := c.key(); err != nil {
		fault("secret", `write what "openssl rand -base64 32" prints`, "%v", err)
	}
	for i, kind := range c.Events {
		if !contains(kinds, kind) {
			fault(fmt.Sprintf("events.%d", i), "the events are "+strings.Join(kinds, ", "), "there is no event %q", kind)
		}
	}
	if c.Timeout < time.Second || c.Timeout > time.Minute {
		fault("timeout", `write a time from "1s" to "1m"`, "%q is out of bounds", c.Timeout.String())
	}
	return all
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// address reads the URL. Its errors do not tell it: it may hold a token.
func (c Config) address() (*url.URL, error) {
	u, err := url.Parse(string(c.URL))
	switch {
	case err != nil:
		return nil, fmt.Errorf("this is no address")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, fmt.Errorf("this is no address of http or https")
	}
	return u, nil
}

// key is what the signatures are made with; nil without a secret.
func (c Config) key() ([]byte, error) {
	if c.Secret == "" {
		return nil, nil
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(c.Secret), "whsec_"))
	const shortest = 24
	if err != nil || len(key) < shortest {
		return nil, fmt.Errorf("the secret is not base64 of %d bytes or more", shortest)
	}
	return key, nil
}

// authorities are those of CAFile; nil is the system's.
func (c Config) authorities() (*x509.CertPool, error) {
	if c.CAFile == "" {
		return nil, nil
	}
	text, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("there is no certificate in %s", c.CAFile)
	}
	return pool, nil
}
