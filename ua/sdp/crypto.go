package sdp

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Crypto is the value of an a=crypto line (RFC 4568 §9.1):
// "1 AES_CM_128_HMAC_SHA1_80 inline:...|2^31|1:4 WSH=128".
type Crypto struct {
	Tag int // 0 to 999999999
	Key Key
}

const (
	maxTag = 999_999_999
	// A key must last for a call: 2^20 packets of 20 ms are nearly six hours.
	minLifetime = 1 << 20
	// RFC 3711 §9.2: no master key protects more than 2^48 packets of SRTP.
	maxLifetime = 1 << 48
	// RFC 4568 §6.1: the length of an MKI is 1 to 128 octets.
	maxMKI = 128
	// RFC 3711 §3.3.2: the replay window has at least 64 packets.
	minWindow = 64
)

// ParseCrypto reads a line that can be used as it is; one that cannot is an
// error that says why, and never shows a key. A lifetime is taken if a call fits
// into it; one key may have a master key identifier; several keys in one line
// are not taken.
func ParseCrypto(value string) (Crypto, error) {
	fields := strings.Fields(value)
	if len(fields) < 3 {
		return Crypto{}, errors.New("a=crypto needs a tag, a crypto-suite and a key")
	}
	tag, err := strconv.ParseUint(fields[0], 10, 32)
	if err != nil || tag > maxTag {
		return Crypto{}, fmt.Errorf("a=crypto: %q is no tag of up to nine digits", clip(fields[0]))
	}
	c := Crypto{Tag: int(tag)}
	if MasterLength(fields[1]) == 0 {
		return Crypto{}, fmt.Errorf("a=crypto:%d has the crypto-suite %q; want one of %q", tag, clip(fields[1]), Suites())
	}
	if c.Key, err = parseKey(fields[1], fields[2]); err != nil {
		return Crypto{}, fmt.Errorf("a=crypto:%d: %w", tag, err)
	}
	for _, param := range fields[3:] {
		if err := checkParam(param); err != nil {
			return Crypto{}, fmt.Errorf("a=crypto:%d: %w", tag, err)
		}
	}
	return c, nil
}

// parseKey reads "inline:KEY|2^31|1:4", where lifetime and MKI may be missing.
func parseKey(suite, text string) (Key, error) {
	info, ok := strings.CutPrefix(text, "inline:")
	if !ok || strings.Contains(info, ";") {
		return Key{}, errors.New("want one key, behind the word inline and a colon")
	}
	parts := strings.Split(info, "|")
	master, err := base64.RawStdEncoding.Strict().DecodeString(strings.TrimRight(parts[0], "="))
	if err != nil {
		return Key{}, errors.New("the key is not base64")
	}
	// RFC 4568 §6.1: an attribute whose key does not have the length of its
	// crypto-suite is invalid.
	if want := MasterLength(suite); len(master) != want {
		return Key{}, fmt.Errorf("the key has %d octets; %s wants %d", len(master), suite, want)
	}
	k := Key{Suite: suite, Master: Secret(master)}
	rest := parts[1:]
	if len(rest) > 0 && !strings.Contains(rest[0], ":") {
		if err := checkLifetime(rest[0]); err != nil {
			return Key{}, err
		}
		rest = rest[1:]
	}
	switch len(rest) {
	case 0:
		return k, nil
	case 1:
		k.MKI, err = parseMKI(rest[0])
		return k, err
	}
	return Key{}, errors.New("there is more behind the key than a lifetime and an MKI")
}

// checkLifetime reads "2^20" or "1048576", in packets.
func checkLifetime(text string) error {
	packets := uint64(0)
	exponent, power := strings.CutPrefix(text, "2^")
	n, err := strconv.ParseUint(exponent, 10, 64)
	switch {
	case err == nil && !power:
		packets = n
	case err == nil && n < 64:
		packets = 1 << n
	}
	if packets < minLifetime || packets > maxLifetime {
		return fmt.Errorf("a lifetime of %q packets; want 2^20 to 2^48", clip(text))
	}
	return nil
}

// parseMKI reads "1:4", a value and its length in octets.
func parseMKI(text string) (string, error) {
	value, length, _ := strings.Cut(text, ":")
	n, err := strconv.ParseUint(value, 10, 64)
	size, wrong := strconv.ParseUint(length, 10, 8)
	if err != nil || wrong != nil || size < 1 || size > maxMKI || size < 8 && n>>(8*size) != 0 {
		return "", fmt.Errorf("%q is no MKI with its length of 1 to %d octets", clip(text), maxMKI)
	}
	octets := make([]byte, maxMKI, maxMKI+8)
	octets = binary.BigEndian.AppendUint64(octets, n)
	return string(octets[len(octets)-int(size):]), nil
}

// checkParam looks at a session parameter (RFC 4568 §6.3). Those that would
// leave packets open, or ask for what is not done here, cannot be taken.
func checkParam(param string) error {
	name, value, _ := strings.Cut(param, "=")
	if strings.HasPrefix(name, "-") {
		return nil // §6.3.7: one that may be ignored
	}
	if n, err := strconv.ParseUint(value, 10, 16); name == "WSH" && err == nil && n >= minWindow {
		return nil // a hint; ours is of a fixed size
	}
	return fmt.Errorf("the session parameter %q is not known", clip(param))
}

// Append writes the value of the line.
func (c Crypto) Append(dst []byte) []byte {
	dst = strconv.AppendInt(dst, int64(c.Tag), 10)
	dst = append(dst, ' ')
	dst = append(dst, c.Key.Suite...)
	dst = append(dst, " inline:"...)
	dst = base64.StdEncoding.AppendEncode(dst, []byte(c.Key.Master))
	if mki := c.Key.MKI; mki != "" {
		octets := append(make([]byte, 8), mki...)
		dst = append(dst, '|')
		dst = strconv.AppendUint(dst, binary.BigEndian.Uint64(octets[len(octets)-8:]), 10)
		dst = append(dst, ':')
		dst = strconv.AppendInt(dst, int64(len(mki)), 10)
	}
	return dst
}

// cryptos returns the a=crypto lines of m that can be used, in order. RFC 4568
// §4.1: tags are unique within a media line; what repeats one does not count.
func (m *Media) cryptos() []Crypto {
	var all []Crypto
	for _, a := range m.Attributes {
		if a.Name != crypto {
			continue
		}
		c, err := ParseCrypto(a.Value)
		if err == nil && !slices.ContainsFunc(all, func(other Crypto) bool { return other.Tag == c.Tag }) {
			all = append(all, c)
		}
	}
	return all
}

// crypto is the name of the attribute.
const crypto = "crypto"
