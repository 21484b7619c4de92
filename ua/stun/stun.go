// Package stun reads and writes as much of STUN (RFC 5389) as keeping a SIP flow alive takes (RFC 5626 §4.4.2): Binding
// requests of ours and the answers to them. Requests of others are for servers to answer: RFC 5626 §8 asks it of registrars
// and edge proxies, not of user agents.
package stun

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

const (
	cookie     = 0x2112A442 // RFC 5389 §6
	headerSize = 20

	bindingRequest = 0x0001
	bindingSuccess = 0x0101
	bindingError   = 0x0111

	mappedAddress    = 0x0001
	errorCode        = 0x0009
	xorMappedAddress = 0x0020
)

// ID names a transaction.
type ID [12]byte

// Response is the answer to a Binding request.
type Response struct {
	ID     ID
	Mapped netip.AddrPort // where the server saw the request come from; zero in an error
	Status int            // of an error, 300 to 699; 0 in a success
}

// Request is a Binding request without attributes. RFC 5626 §8: "The Binding Requests [...] do not require any STUN
// attributes".
func Request(id ID) []byte {
	b := binary.BigEndian.AppendUint16(nil, bindingRequest)
	b = binary.BigEndian.AppendUint16(b, 0)
	b = binary.BigEndian.AppendUint32(b, cookie)
	return append(b, id[:]...)
}

// Is tells STUN from SIP: RFC 5626 §8: the first two bits of STUN are zero, those of a SIP message are those of a letter.
func Is(b []byte) bool {
	return len(b) >= headerSize && b[0]&0xc0 == 0 && binary.BigEndian.Uint32(b[4:]) == cookie
}

// Parse reads the answer to a Binding request.
func Parse(b []byte) (r Response, err error) {
	if !Is(b) {
		return r, errors.New("no STUN message of RFC 5389")
	}
	kind, length := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
	if length%4 != 0 || headerSize+length != len(b) {
		return r, fmt.Errorf("STUN message of %d octets says that it has %d", len(b), headerSize+length)
	}
	if kind != bindingSuccess && kind != bindingError {
		return r, fmt.Errorf("STUN message of type %#04x is no answer to a Binding request", kind)
	}
	r.ID = ID(b[8:headerSize])
	if err := r.attributes(b[headerSize:]); err != nil {
		return r, err
	}
	if (kind == bindingError) != (r.Status != 0) || kind == bindingSuccess && !r.Mapped.IsValid() {
		return r, fmt.Errorf("STUN message of type %#04x does not say what it must", kind)
	}
	return r, nil
}

// attributes reads the list of RFC 5389 §15. XOR-MAPPED-ADDRESS counts before MAPPED-ADDRESS, which some NATs rewrite.
func (r *Response) attributes(b []byte) error {
	xored := false
	for len(b) > 0 {
		if len(b) < 4 {
			return errors.New("STUN attribute without a length")
		}
		kind, length := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		padded := 4 + (length+3)/4*4
		if padded > len(b) {
			return fmt.Errorf("STUN attribute %#04x is longer than its message", kind)
		}
		value := b[4 : 4+length]
		b = b[padded:]
		switch {
		case kind == xorMappedAddress:
			r.Mapped, xored = address(value, r.ID, true), true
		case kind == mappedAddress && !xored:
			r.Mapped = address(value, r.ID, false)
		case kind == errorCode && length >= 4 && value[2]&7 >= 3 && value[2]&7 <= 6 && value[3] < 100:
			r.Status = int(value[2]&7)*100 + int(value[3])
		case kind < 0x8000 && !understood(kind):
			// §7.3.3: "If the success response contains unknown comprehension-required attributes, the response is discarded".
			return fmt.Errorf("STUN attribute %#04x must be understood and is not", kind)
		}
	}
	return nil
}

// understood are the attributes that must be, of RFC 5389 §18.2.
func understood(kind uint16) bool {
	switch kind {
	case mappedAddress, 0x0006, 0x0008, errorCode, 0x000a, 0x0014, 0x0015, xorMappedAddress:
		return true
	}
	return false
}

// address reads (XOR-)MAPPED-ADDRESS (§15.1, §15.2), the zero value if it is none.
func address(b []byte, id ID, xored bool) netip.AddrPort {
	if len(b) < 8 {
		return netip.AddrPort{}
	}
	port, raw := binary.BigEndian.Uint16(b[2:]), append([]byte(nil), b[4:]...)
	if xored {
		key := append(binary.BigEndian.AppendUint32(nil, cookie), id[:]...)
		port ^= cookie >> 16
		for i := range raw[:min(len(raw), len(key))] {
			raw[i] ^= key[i]
		}
	}
	addr, ok := netip.AddrFromSlice(raw)
	if !ok || (b[1] == 1) != addr.Is4() {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(addr, port)
}
