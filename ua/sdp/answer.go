package sdp

import (
	"errors"
	"slices"
)

// ErrNotAcceptable: no line of the offer, or not the answer, suits us; the
// status owed is 488 Not Acceptable Here (RFC 3261 §21.4.26).
var ErrNotAcceptable = errors.New("no audio line with a common codec, plain RTP and a reachable address")

// Answer answers an offer (RFC 3264 §6): the first audio line that suits is
// taken with its first common codec and telephone-event, all others are
// refused.
func Answer(offer *Description, local Local) (*Description, Session, error) {
	chosen, session := -1, Session{}
	var line Media
	for i := range offer.Media {
		if m, s, ok := offer.answerLine(&offer.Media[i], local); ok {
			chosen, line, session = i, m, s
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
	if !usable || !ok {
		return Media{}, Session{}, false
	}
	ours := agree(d.heldDirection(m), local.Direction)
	s := Session{
		Remote: rtp, RemoteRTCP: rtcp, Codec: codec, Receive: []Format{codec},
		Ptime: m.ptime(), Send: ours.sends(), Recv: ours.receives(),
	}
	if event, ok := commonEvent(offered, local.Formats, codec.ClockRate); ok {
		s.DTMF = event.PayloadType
		s.Receive = append(s.Receive, event)
	}
	return local.audio(s.Receive, ours), s, true
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
		if f.isEvent() {
			continue
		}
		if i := slices.IndexFunc(ours, f.same); i >= 0 {
			f.Name, f.Fmtp = ours[i].Name, ours[i].Fmtp
			return f, true
		}
	}
	return Format{}, false
}

// commonEvent returns the telephone-event of the offer at the codec's clock
// rate. RFC 4733 §2.4.1: events share the clock of the audio they stand for.
func commonEvent(offered, ours []Format, clockRate int) (Format, bool) {
	for _, f := range offered {
		if !f.isEvent() || f.ClockRate != clockRate || f.PayloadType == 0 {
			continue
		}
		if i := slices.IndexFunc(ours, f.same); i >= 0 {
			f.Name, f.Fmtp = ours[i].Name, ours[i].Fmtp
			return f, true
		}
	}
	return Format{}, false
}
