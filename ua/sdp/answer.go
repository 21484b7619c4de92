package sdp

import (
	"errors"
	"slices"
)

// ErrNotAcceptable: no line of the offer, or not the answer, suits us; the
// status owed is 488 Not Acceptable Here (RFC 3261 §21.4.26).
var ErrNotAcceptable = errors.New("no audio line with a common codec, protection that both sides want and a reachable address")

// Answer answers an offer (RFC 3264 §6): the first audio line that can be
// protected, or else the first that suits, is taken with its first common codec,
// telephone-event and comfort noise; all others are refused.
func Answer(offer *Description, local Local) (*Description, Session, error) {
	chosen, session := -1, Session{}
	var line Media
	for i := range offer.Media {
		m, s, ok := offer.answerLine(&offer.Media[i], local)
		if ok && (chosen < 0 || s.Keys.Protected()) {
			chosen, line, session = i, m, s
		}
		if session.Keys.Protected() {
			break
		}
	}
	if chosen < 0 {
		return nil, Session{}, ErrNotAcceptable
	}
	// RFC 3264 §6: "For each 'm=' line in the offer, there MUST be a
	// corresponding 'm=' line in the answer."
	media := make([]Media, len(offer.Media))
	for i := range offer.Media {
		media[i] = refuse(&offer.Media[i])
	}
	media[chosen] = line
	answer := describe(local, media...)
	// RFC 3264 §6: the t= line of the answer must equal that of the offer.
	answer.Time = offer.Time
	return answer, session, nil
}

// refuse answers a line with port zero. RFC 3264 §6: "To reject an offered
// stream, the port number in the corresponding stream in the answer MUST be
// set to zero. Any media formats listed are ignored", yet one must be present.
func refuse(m *Media) Media {
	return Media{Kind: m.Kind, Proto: m.Proto, Formats: m.Formats}
}

// answerLine tries one line of the offer.
func (d *Description) answerLine(m *Media, local Local) (Media, Session, bool) {
	if !m.isAudio() {
		return Media{}, Session{}, false
	}
	rtp, rtcp, usable := d.remote(m, local.Addr)
	offered := m.formats()
	codec, ok := common(offered, local.Formats)
	theirs, mine, wanted := local.choose(m)
	if !usable || !ok || !wanted {
		return Media{}, Session{}, false
	}
	ours := agree(d.heldDirection(m), local.Direction)
	s := Session{
		Remote: rtp, RemoteRTCP: rtcp, Codec: codec, Receive: []Format{codec},
		Ptime: m.ptime(), Send: ours.sends(), Recv: ours.receives(), Keys: Keys{Send: mine.Key, Recv: theirs.Key},
	}
	if noise, ok := companion(ComfortNoise, offered, local.Formats, codec.ClockRate); ok {
		s.Noise = noise.PayloadType
		s.Receive = append(s.Receive, noise)
	}
	if event, ok := companion(TelephoneEvent, offered, local.Formats, codec.ClockRate); ok {
		s.DTMF = event.PayloadType
		s.Receive = append(s.Receive, event)
	}
	s.Mux = m.muxes(s.Receive)
	return local.answered(m, s, mine, ours), s, true
}

// answered is our line for the line m of an offer.
func (l Local) answered(m *Media, s Session, key Crypto, direction Direction) Media {
	line := l.audio(s.Receive, direction)
	// RFC 3264 §6: the answer has the profile of the offer, keys or not.
	line.Proto = m.Proto
	if s.Mux {
		line.add(rtcpMux, "")
	}
	if s.Keys.Protected() {
		line.addCrypto(key)
	}
	return line
}

// heldDirection is the direction of m, where an unspecified address means
// that the peer does not listen. RFC 3264 §8.4: the hold of RFC 2543 "MUST be
// supported".
func (d *Description) heldDirection(m *Media) Direction {
	theirs := d.direction(m)
	if d.connection(m).IsUnspecified() {
		return makeDirection(theirs.sends(), false)
	}
	return theirs
}

// common returns the first codec of the offer that we have, with the number
// of the offer and our parameters. RFC 3264 §6.1: the answerer should keep the
// numbers and the order of preference of the offer.
func common(offered, ours []Format) (Format, bool) {
	for _, f := range offered {
		if f.named(TelephoneEvent) || f.named(ComfortNoise) {
			continue
		}
		if i := slices.IndexFunc(ours, f.same); i >= 0 {
			f.Name, f.Fmtp = ours[i].Name, ours[i].Fmtp
			return f, true
		}
	}
	return Format{}, false
}

// companion returns the telephone-event or comfort noise of the offer at the
// codec's clock rate, if we have it too. RFC 4733 §2.4.1: events share the clock
// of the audio they stand for; so does the noise in its place (RFC 3389 §4).
func companion(name string, offered, ours []Format, clockRate int) (Format, bool) {
	for _, f := range offered {
		if !f.named(name) || f.ClockRate != clockRate || f.PayloadType == 0 {
			continue
		}
		if i := slices.IndexFunc(ours, f.same); i >= 0 {
			f.Name, f.Fmtp = ours[i].Name, ours[i].Fmtp
			return f, true
		}
	}
	return Format{}, false
}
