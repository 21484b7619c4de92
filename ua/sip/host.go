package sip

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// cutHost cuts `host [":" port]` from the front of s (RFC 3261 §25.1). The host comes back without the brackets of an
// IPv6 reference, the port as 0 if none is given.
func cutHost(s string) (host string, port uint16, rest string, err error) {
	if s != "" && s[0] == '[' {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return "", 0, s, fmt.Errorf("IPv6 reference %q has no \"]\"", excerpt(s))
		}
		host, rest = s[1:end], s[end+1:]
		if a, err := netip.ParseAddr(host); err != nil || !a.Is6() {
			return "", 0, s, fmt.Errorf("%q is not an IPv6 address", excerpt(host))
		}
	} else {
		n := span(s, hostChar)
		if n == 0 {
			return "", 0, s, fmt.Errorf("no host at %q", excerpt(s))
		}
		host, rest = s[:n], s[n:]
	}
	// RFC 3261 §25.1: sent-by = host [ COLON port ], and COLON allows white space on both sides.
	after := trimLeft(rest)
	if after == "" || after[0] != ':' {
		return host, 0, rest, nil
	}
	port, rest, err = cutPort(trimLeft(after[1:]))
	return host, port, rest, err
}

func cutPort(s string) (uint16, string, error) {
	n, port := 0, 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' && port <= 65535 {
		port = port*10 + int(s[n]-'0')
		n++
	}
	if n == 0 || port == 0 || port > 65535 {
		return 0, s, fmt.Errorf("%q is no port between 1 and 65535", excerpt(s))
	}
	return uint16(port), s[n:], nil
}

// appendHost appends host and port, an IPv6 address in brackets.
func appendHost(dst []byte, host string, port uint16) []byte {
	if strings.IndexByte(host, ':') >= 0 {
		dst = append(dst, '[')
		dst = append(dst, host...)
		dst = append(dst, ']')
	} else {
		dst = append(dst, host...)
	}
	if port != 0 {
		dst = append(dst, ':')
		dst = strconv.AppendUint(dst, uint64(port), 10)
	}
	return dst
}

// sameHost compares two hosts: addresses by value, names without regard to case.
func sameHost(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	x, err1 := netip.ParseAddr(a)
	y, err2 := netip.ParseAddr(b)
	return err1 == nil && err2 == nil && x == y
}
