package srtp

import (
	"encoding/binary"
	"errors"

	"github.com/pion/rtp"
	pion "github.com/pion/srtp/v3"
)

// maxSources bounds the sources that one key is kept in mind for: state grows with what is authentic only, and not for ever.
const maxSources = 128

var errSources = errors.New("more sources under one key than a call has")

// opener is a key of the peer's with what has been heard under it.
type opener struct {
	key     Key
	context *pion.Context
	sources map[uint32]bool // authentic ones, of RTP and RTCP together
	header  rtp.Header
}

func newOpener(k Key) (*opener, error) {
	context, err := k.context()
	if err != nil {
		return nil, err
	}
	return &opener{key: k, context: context, sources: map[uint32]bool{}}, nil
}

// The least lengths of the two, without which no source is named.
const (
	rtpHeader  = 12
	rtcpHeader = 8
)

// rtp appends the packet without its protection. A packet that is not authentic, or was there before, changes nothing.
func (o *opener) rtp(dst, packet []byte) ([]byte, error) {
	return o.admit(binary.BigEndian.Uint32(packet[8:]), func() ([]byte, error) { return o.context.DecryptRTP(dst, packet, &o.header) })
}

// rtcp does the same for a compound packet.
func (o *opener) rtcp(dst, packet []byte) ([]byte, error) {
	return o.admit(binary.BigEndian.Uint32(packet[4:]), func() ([]byte, error) { return o.context.DecryptRTCP(dst, packet, nil) })
}

// admit keeps a source in mind when it has shown that it knows the key.
func (o *opener) admit(ssrc uint32, open func() ([]byte, error)) ([]byte, error) {
	known := o.sources[ssrc]
	if !known && len(o.sources) >= maxSources {
		return nil, errSources
	}
	plain, err := open()
	if err == nil && !known {
		o.sources[ssrc] = true
	}
	return plain, err
}

// inherit opens the first packet of a source that goes on counting rollovers where it was under the key before. RFC 3711 §3.3.1
// has it so; most implementations begin at zero with each new key.
func (o *opener) inherit(before *opener, dst, packet []byte) ([]byte, error) {
	ssrc := binary.BigEndian.Uint32(packet[8:])
	roc, ok := before.context.ROC(ssrc)
	if !ok || !before.sources[ssrc] || o.sources[ssrc] {
		return nil, errors.New("nothing is known of the source")
	}
	for _, guess := range []uint32{roc, roc + 1} {
		o.context.SetROC(ssrc, guess)
		if plain, err := o.rtp(dst, packet); err == nil {
			return plain, nil
		}
	}
	o.context.SetROC(ssrc, 0)
	return nil, errors.New("not authentic")
}
