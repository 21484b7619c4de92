package media

import "time"

// Stats are the figures of one stream, both directions, from its first Start to now.
type Stats struct {
	Codec string // encoding name of what is sent

	Sent      uint64 // RTP packets that were sent
	SentBytes uint64 // their payload, in octets

	Received      uint64 // RTP packets that were taken
	ReceivedBytes uint64 // their payload, in octets
	Lost          int64  // packets that never came
	Late          uint64 // packets that came after their place had been played
	Duplicates    uint64 // packets that came twice
	Rejected      uint64 // datagrams refused: wrong source, not RTP, not negotiated, on probation, not authentic
	Unauthentic   uint64 // of those: datagrams that SRTP does not let in, for their key or because they came before

	Jitter    time.Duration // RFC 3550 §6.4.1 interarrival jitter of what is received
	Delay     time.Duration // by how long the jitter buffer holds sound back now
	MeanDelay time.Duration // the same, on average
	Played    time.Duration // sound that was played from packets
	Concealed time.Duration // sound that was invented because packets were missing
	Stretched time.Duration // sound inserted to let the delay grow
	Cut       time.Duration // sound removed to let the delay shrink

	R   float64 // ITU-T G.107 rating of what is heard, 0 to 94 (toll quality) on the narrow-band scale; 0 until there is sound
	MOS float64 // the mean opinion score that follows from it, 1 to 4.4; 0 until there is sound

	RemoteLost     int64         // what the peer reports lost of what was sent
	RemoteFraction float64       // the part lost in its last interval, 0 to 1
	RemoteJitter   time.Duration // the interarrival jitter that the peer reports
	RoundTrip      time.Duration // RFC 3550 §6.4.1 round trip by RTCP; 0 until measured
	RemoteMOS      float64       // the mean opinion score that the peer reports (RFC 3611); 0 if it reports none
	Reports        uint64        // receiver reports about what was sent

	DigitsSent     uint64
	DigitsReceived uint64
}
