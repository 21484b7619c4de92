package digest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/netip"
	"time"
)

// A nonce is base64 of when it was issued (8 octets, nanoseconds), 8 random octets and 16 of an HMAC over both and the
// address that it was made for: the server knows its own nonces and their age without keeping any.
const (
	nonceSalt = 8
	nonceMAC  = 16
	nonceSize = 8 + nonceSalt + nonceMAC
)

func newNonce(key []byte, source netip.Addr, issued time.Time, salt [nonceSalt]byte) string {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, nonceSize), uint64(issued.UnixNano()))
	b = append(b, salt[:]...)
	return base64.RawURLEncoding.EncodeToString(append(b, macOf(key, source, b)...))
}

// nonceIssued tells when a nonce was issued, false if it was not made with that key for that address.
func nonceIssued(key []byte, source netip.Addr, nonce string) (issued int64, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(b) != nonceSize {
		return 0, false
	}
	stamp := b[:nonceSize-nonceMAC]
	if !hmac.Equal(b[len(stamp):], macOf(key, source, stamp)) {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(stamp)), true
}

func macOf(key []byte, source netip.Addr, b []byte) []byte {
	h := hmac.New(sha256.New, key)
	address := source.Unmap().WithZone("").As16()
	h.Write(address[:])
	h.Write(b)
	return h.Sum(nil)[:nonceMAC]
}
