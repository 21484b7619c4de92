package sdp

import (
	"fmt"
	"io"
)

// The crypto-suites of SRTP that are spoken: RFC 4568 §6.2, and RFC 7714 §14.2
// for the one with AES-GCM.
const (
	AESCM128HMACSHA1x80 = "AES_CM_128_HMAC_SHA1_80"
	AESCM128HMACSHA1x32 = "AES_CM_128_HMAC_SHA1_32"
	AEADAES128GCM       = "AEAD_AES_128_GCM"
)

// Suites are the crypto-suites in the order in which they are offered: what
// everybody has first, and last the one whose tag of 32 bits would be guessed
// soonest.
func Suites() []string { return []string{AESCM128HMACSHA1x80, AEADAES128GCM, AESCM128HMACSHA1x32} }

// MasterLength is the number of octets of a suite's master key and salt
// together, 0 for a suite that is not spoken.
func MasterLength(suite string) int {
	switch suite {
	case AESCM128HMACSHA1x80, AESCM128HMACSHA1x32:
		return 16 + 14
	case AEADAES128GCM:
		return 16 + 12
	}
	return 0
}

// Key protects one direction of a stream. The zero value is no key.
type Key struct {
	Suite  string // crypto-suite
	Master Secret // master key and salt, MasterLength(Suite) octets
	MKI    string // the octets of the master key identifier that each packet carries, "" if none does
}

// Keys are those of both directions of a stream, as seen from this side. The
// zero value is a stream without protection.
type Keys struct{ Send, Recv Key }

// Protected tells whether the stream is SRTP.
func (k Keys) Protected() bool { return k.Send.Suite != "" }

// Secret is octets that must not be read by whoever reads a log: no verb of fmt
// and no encoder shows them.
type Secret string

const hidden = "(not shown)"

// Format writes that there is something, and not what.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, hidden) }

// MarshalText does the same for encoders, package slog's among them.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
