package sdp

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Local is what this side brings into an offer or an answer.
type Local struct {
	Addr      netip.Addr // where RTP is received
	Port      uint16     // RTP; RTCP is at the next port
	Formats   []Format   // in order of preference
	Ptime     time.Duration
	Direction Direction
	Mux       bool // RTCP by the port of RTP is offered (RFC 5761); offered by the peer it is always taken

	Protection Protection
	Keys       []Key // ours, one for each crypto-suite in order of preference; without any, no SRTP is offered or taken
}

// Offer describes local as an offer of one audio line (RFC 3264 §5). In a
// dialog, previous is the description we sent last, nil before the first:
// RFC 3264 §8: "If an SDP is offered, which is different from the previous
// SDP, the new SDP MUST have a matching media stream for each media stream in
// the previous SDP", so lines that were refused stay refused in their place.
func Offer(local Local, previous *Description) *Description {
	audio := local.audio(local.Formats, local.Direction)
	if local.Mux {
		audio.add(rtcpMux, "")
	}
	if previous == nil {
		local.protect(&audio, nil)
		return describe(local, audio)
	}
	local.protect(&audio, &previous.Media[previous.active()])
	media := make([]Media, len(previous.Media))
	for i := range previous.Media {
		media[i] = refuse(&previous.Media[i])
	}
	media[previous.active()] = audio
	return describe(local, media...)
}

// active is the index of the audio line in a description of ours.
func (d *Description) active() int {
	return max(0, slices.IndexFunc(d.Media, func(m Media) bool { return m.isAudio() }))
}

func describe(local Local, media ...Media) *Description {
	return &Description{Name: "-", Connection: local.Addr.Unmap(), Time: "0 0", Media: media}
}

func (l Local) audio(formats []Format, direction Direction) Media {
	m := Media{Kind: "audio", Port: l.Port, Proto: avp}
	for _, f := range formats {
		number := strconv.Itoa(int(f.PayloadType))
		m.Formats = append(m.Formats, number)
		m.add("rtpmap", number+" "+f.Name+"/"+strconv.Itoa(f.ClockRate))
		if f.Fmtp != "" {
			m.add("fmtp", number+" "+f.Fmtp)
		}
	}
	if l.Ptime > 0 {
		m.add("ptime", strconv.FormatInt(l.Ptime.Milliseconds(), 10))
	}
	m.add("maxptime", strconv.FormatInt(maxPtime.Milliseconds(), 10))
	m.add(direction.String(), "")
	return m
}

func (m *Media) add(name, value string) {
	m.Attributes = append(m.Attributes, Attribute{name, value})
}

// isAudio tells whether m is a line we could use at all: audio over RTP or SRTP
// that has not been refused. The profiles with feedback (RTP/AVPF, RTP/SAVPF) and
// with DTLS (UDP/TLS/RTP/SAVPF) are not spoken.
func (m *Media) isAudio() bool {
	return m.Kind == "audio" && m.Port != 0 && (strings.EqualFold(m.Proto, avp) || m.secure())
}
