package digest

import (
	"fmt"
	"io"
	"log/slog"
)

// A Secret is a password that no log, error or dump shows: however it is printed or encoded, hidden comes out. Where it is
// used it is converted to a string.
type Secret string

// hidden is shown in place of a secret; of none, nothing.
const hidden = "***"

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// Format hides the secret from every verb of package fmt, %x and %d among them.
func (s Secret) Format(f fmt.State, verb rune) {
	text := s.String()
	if verb == 'q' || verb == 'v' && f.Flag('#') {
		text = fmt.Sprintf("%q", text)
	}
	_, _ = io.WriteString(f, text) // what cannot be written is not shown
}

// MarshalText hides the secret from JSON, XML and TOML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue hides the secret from the log.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
