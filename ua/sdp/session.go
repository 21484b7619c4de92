package sdp

import (
	"net/netip"
	"time"
)

// Session is the outcome of one offer and its answer, seen from this side.
type Session struct {
	Remote     netip.AddrPort // where to send RTP; invalid while the peer has none (c=0.0.0.0)
	RemoteRTCP netip.AddrPort // a=rtcp, else the port after Remote's
	Codec      Format         // what to send, with the payload type the peer wants
	Receive    []Format       // what the peer may send, with the payload types we gave
	DTMF       uint8          // payload type to send telephone-event with; 0 if the peer cannot
	Noise      uint8          // payload type to send comfort noise with (RFC 3389); 0 if the peer takes none
	Mux        bool           // RTCP goes by the port of RTP (RFC 5761), and RemoteRTCP does not matter
	Ptime      time.Duration  // packet length the peer asks for, 20 ms if it does not
	Send, Recv bool           // direction, as seen from this side
	Keys       Keys           // of SRTP; without any, plain RTP
}
