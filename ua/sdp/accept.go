package sdp

import "fmt"

// Accept reads the peer's answer to offer, which Offer made from local (RFC
// 3264 §7).
func Accept(offer *Description, local Local, answer *Description) (Session, error) {
	line := offer.active()
	if line >= len(answer.Media) {
		return Session{}, fmt.Errorf("answer with %d of %d m= lines: %w", len(answer.Media), len(offer.Media), ErrNotAcceptable)
	}
	m := &answer.Media[line]
	rtp, rtcp, usable := answer.remote(m, local.Addr)
	answered := m.formats()
	codec, ok := common(answered, local.Formats)
	if !m.isAudio() || !usable || !ok {
		return Session{}, fmt.Errorf("answer m=%q port %d profile %q: %w", clip(m.Kind), m.Port, clip(m.Proto), ErrNotAcceptable)
	}
	sent := &offer.Media[line]
	keys, err := agreed(sent, m)
	if err != nil {
		return Session{}, fmt.Errorf("answer with %w: %w", err, ErrNotAcceptable)
	}
	_, muxing := get(sent.Attributes, rtcpMux)
	ours := agree(answer.heldDirection(m), local.Direction)
	s := Session{
		Remote: rtp, RemoteRTCP: rtcp, Codec: codec, Keys: keys, Mux: muxing && m.muxes(local.Formats),
		// RFC 3264 §5.1: the numbers of the offer are those that the peer
		// sends with; its own numbers in the answer may differ.
		Receive: local.Formats,
		Ptime:   m.ptime(), Send: ours.sends(), Recv: ours.receives(),
	}
	if event, ok := companion(TelephoneEvent, answered, local.Formats, codec.ClockRate); ok {
		s.DTMF = event.PayloadType
	}
	if noise, ok := companion(ComfortNoise, answered, local.Formats, codec.ClockRate); ok {
		s.Noise = noise.PayloadType
	}
	return s, nil
}
