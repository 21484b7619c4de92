package uatest

import (
	"bytes"
	"encoding/binary"
	"net/netip"

	"intercom/ua/stun"
)

// Bindings is what a peer makes of STUN requests (RFC 5389): it counts them,
// and answers while somebody receives.
type Bindings struct {
	Asked int
	Deaf  bool           // leaves them without an answer
	Seen  netip.AddrPort // what the answers say; where the request came from if zero
}

// answer builds the answer to a request, nil if there is none.
func (b *Bindings) answer(request []byte, from netip.AddrPort) []byte {
	b.Asked++
	if b.Deaf {
		return nil
	}
	if b.Seen.IsValid() {
		from = b.Seen
	}
	family, addr := byte(1), from.Addr().Unmap().AsSlice()
	if len(addr) == 16 {
		family = 2
	}
	key := request[4:20]
	for i := range addr {
		addr[i] ^= key[i]
	}
	resp := binary.BigEndian.AppendUint16([]byte{1, 1}, uint16(8+len(addr)))
	resp = append(append(resp, key...), 0, 0x20, 0, byte(4+len(addr)), 0, family)
	resp = binary.BigEndian.AppendUint16(resp, from.Port()^binary.BigEndian.Uint16(key))
	return append(resp, addr...)
}

// answersBinding tells whether a datagram was a keep-alive.
func (p *Peer) answersBinding(datagram []byte, from netip.AddrPort) bool {
	if len(bytes.Trim(datagram, "\r\n")) == 0 {
		p.Lines++
		return true
	}
	if !stun.Is(datagram) {
		return false
	}
	if resp := p.Bindings.answer(datagram, from); resp != nil {
		p.SendBytes(from, resp)
	}
	return true
}
