package call

import (
	"strings"

	"intercom/media"
	"intercom/media/srtp"
	"intercom/ua"
)

const (
	telephoneEvent = "telephone-event"
	comfortNoise   = "CN"
)

// eventPayload is the payload type that we ask peers to send telephone events with; 101 is what most of them use
// themselves.
const eventPayload = 101

// noisePayload is the static payload type of comfort noise.
const noisePayload = 13

// static holds the payload types of RFC 3551 §6. The clock of all of them is 8000 Hz, also that of G.722, which has 16 kHz
// (§4.5.2).
var static = map[string]uint8{"PCMU": 0, "PCMA": 8, "G722": 9}

// offer is what we can do in a call, as the user agent says it to the peer.
func (s *Switchboard) offer(l *leg) ua.Media {
	return ua.Media{Port: l.stream.Port(), Ptime: s.config.Ptime, Formats: Formats(s.config.Codecs), Mux: s.config.Mux}
}

// Formats is what calls with these codecs can have: the codecs in their order, descriptions of silence, and telephone events.
func Formats(codecs []string) []ua.Format {
	var formats []ua.Format
	for _, name := range codecs {
		if pt, ok := static[strings.ToUpper(name)]; ok {
			formats = append(formats, ua.Format{PayloadType: pt, Name: name, ClockRate: 8000})
		}
	}
	formats = append(formats, ua.Format{PayloadType: noisePayload, Name: comfortNoise, ClockRate: 8000})
	return append(formats, ua.Format{PayloadType: eventPayload, Name: telephoneEvent, ClockRate: 8000, Fmtp: "0-15"})
}

// key is what the signalling agreed on, in the words of the media.
func key(k ua.Key) srtp.Key {
	return srtp.Key{Suite: k.Suite, Master: srtp.Secret(k.Master), MKI: k.MKI}
}

// params turns what was negotiated into what the stream needs to know. Until the call is answered the peer's telephone
// events are no payload type of the stream at all, and its sound is not listened to for keys: one that is pressed in early
// media opens nothing, neither then nor later.
func (s *Switchboard) params(session ua.Session, answered bool) media.Params {
	receive := map[uint8]string{}
	for _, f := range session.Receive {
		if !strings.EqualFold(f.Name, telephoneEvent) || answered {
			receive[f.PayloadType] = f.Name
		}
	}
	// RFC 3551 §6 gives this payload type to comfort noise, and some gateways send it unasked.
	if _, taken := receive[noisePayload]; !taken {
		receive[noisePayload] = comfortNoise
	}
	return media.Params{
		Inband:      s.config.Inband && answered,
		Keys:        srtp.Keys{Send: key(session.Keys.Send), Recv: key(session.Keys.Recv)},
		Mux:         session.Mux,
		Remote:      session.Remote,
		RemoteRTCP:  session.RemoteRTCP,
		Codec:       session.Codec.Name,
		PayloadType: session.Codec.PayloadType,
		Receive:     receive,
		DTMF:        session.DTMF,
		Noise:       session.Noise,
		Ptime:       session.Ptime,
		Send:        session.Send,
		Recv:        session.Recv,
	}
}
