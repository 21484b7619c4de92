package media

import (
	"io"
	"log/slog"
	"net"
	"net/netip"
	"time"
)

// PacketConn is a UDP socket; *net.UDPConn is one.
type PacketConn interface {
	ReadFromUDPAddrPort(b []byte) (n int, addr netip.AddrPort, err error)
	WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error)
	LocalAddr() net.Addr
	SetReadDeadline(t time.Time) error
	Close() error
}

// Options is what an engine is made with. The zero value works, with the defaults of Config.
type Options struct {
	Config Config // the zero Config means Default()

	Log *slog.Logger // nil discards

	// Listen opens a UDP socket; nil means net.ListenUDP.
	Listen func(local netip.AddrPort) (PacketConn, error)

	// Rand gives SSRCs, first sequence numbers and timestamps, CNAMEs; nil means crypto/rand.
	Rand io.Reader

	// Rate is the sampling rate inside the engine in Hz, 8000 or 16000; 0 means that of the best codec in Config. A card of
	// another rate is converted.
	Rate int

	// Gains in dB: the microphone, the far ends on the loudspeaker, tones and prompts on the loudspeaker.
	MicrophoneGain, SpeakerGain, ToneGain float64

	// EchoCanceller takes the loudspeaker's sound out of the microphone's. It comes before Stages and adds 6 ms.
	EchoCanceller bool

	// EchoDelay is how long the echo is on its way, as far as that is known; the canceller finds it in any case.
	EchoDelay time.Duration

	// NoiseSuppression turns steady noise down by up to 18 dB, right after the echo canceller; without that one it adds 6 ms.
	NoiseSuppression bool

	// AutomaticGain brings talkers near and far to one level and keeps peaks from being cut off.
	AutomaticGain bool

	// HalfDuplex has the two sides heard in turns as long as the echo cannot be cancelled.
	HalfDuplex bool

	// Stages work on the microphone's sound, in order.
	Stages []Stage
}

func listenUDP(local netip.AddrPort) (PacketConn, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(local))
	if err != nil {
		return nil, err // not conn, which would be a non-nil interface around a nil pointer
	}
	_ = expedite(conn) // a network that does not let us is slower, not silent
	return conn, nil
}
