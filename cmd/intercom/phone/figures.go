package phone

import (
	"time"

	"intercom/media"
)

// Figures are those of a call's sound in both directions. Times are in milliseconds.
type Figures struct {
	Codec          string  `json:"codec"`
	Sent           uint64  `json:"sent"` // packets
	SentBytes      uint64  `json:"sent_bytes"`
	Received       uint64  `json:"received"`
	ReceivedBytes  uint64  `json:"received_bytes"`
	Lost           int64   `json:"lost"`
	Late           uint64  `json:"late"`
	Duplicates     uint64  `json:"duplicates"`
	Rejected       uint64  `json:"rejected"`    // datagrams that were none of the peer's sound
	Unauthentic    uint64  `json:"unauthentic"` // of those: refused by SRTP
	Jitter         float64 `json:"jitter_ms"`
	Delay          float64 `json:"delay_ms"` // of the jitter buffer, now
	Concealed      float64 `json:"concealed_ms"`
	RemoteLost     int64   `json:"remote_lost"` // of what was sent, as the peer reports
	RemoteJitter   float64 `json:"remote_jitter_ms"`
	RoundTrip      float64 `json:"round_trip_ms"` // 0 until measured
	DigitsSent     uint64  `json:"digits_sent"`
	DigitsReceived uint64  `json:"digits_received"`
}

// figures returns nil for a call that never had sound.
func figures(s media.Stats) *Figures {
	if s == (media.Stats{}) {
		return nil
	}
	return &Figures{
		Codec: s.Codec,
		Sent:  s.Sent, SentBytes: s.SentBytes, Received: s.Received, ReceivedBytes: s.ReceivedBytes,
		Lost: s.Lost, Late: s.Late, Duplicates: s.Duplicates, Rejected: s.Rejected, Unauthentic: s.Unauthentic,
		Jitter: milliseconds(s.Jitter), Delay: milliseconds(s.Delay), Concealed: milliseconds(s.Concealed),
		RemoteLost: s.RemoteLost, RemoteJitter: milliseconds(s.RemoteJitter), RoundTrip: milliseconds(s.RoundTrip),
		DigitsSent: s.DigitsSent, DigitsReceived: s.DigitsReceived,
	}
}

// milliseconds is exact to the hundredth.
func milliseconds(d time.Duration) float64 { return float64(d.Round(10*time.Microsecond)) / 1e6 }

// seconds is exact to the thousandth.
func seconds(d time.Duration) float64 { return float64(d.Round(time.Millisecond)) / 1e9 }
