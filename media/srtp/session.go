// Package srtp protects the packets of a stream: SRTP and SRTCP (RFC 3711) with AES in counter mode or in Galois/Counter Mode
// (RFC 7714), under keys that were agreed on elsewhere and may change in mid-call. The transforms are those of pion/srtp; here
// is which key is for which packet.
package srtp

import (
	"errors"
	"slices"
	"time"

	"github.com/pion/rtp"
	pion "github.com/pion/srtp/v3"
)

const (
	// overlap is how long packets under the peer's old key are still taken: the word of the new one may be on its way to the
	// peer.
	overlap = 5 * time.Second
	// reordering is how long they are taken after the first under the new one.
	reordering = 500 * time.Millisecond
	// patience is how long packets go out under our old key, while nothing shows that the peer has our new one.
	patience = 500 * time.Millisecond
	// maxKeys is how many keys of each direction are kept in mind, so that one that comes back goes on where it was: a window
	// or a counter that began anew would let old packets in.
	maxKeys = 16
)

// Session is the protection of one stream. The zero value has no keys and refuses every packet. It is not safe for concurrent
// use.
type Session struct {
	keys    Keys
	sealers []*sealer // the newest last
	openers []*opener

	send    *sealer   // what goes out
	next    *sealer   // what is to go out once the peer can open it, nil if that is send
	nextAt  time.Time // or at this time
	recv    *opener
	before  *opener // under the peer's old key, nil if there is none any more
	closing time.Time
}

// Rekey changes the keys. Those that stay the same go on with their counters and windows.
func (s *Session) Rekey(now time.Time, k Keys) error {
	if err := k.Check(); err != nil {
		return err
	}
	if k == s.keys {
		return nil
	}
	send, err := s.sealer(k.Send)
	if err != nil {
		return err
	}
	recv, err := s.opener(k.Recv)
	if err != nil {
		return err
	}
	heard := s.recv == recv
	if !heard {
		s.before, s.closing = s.recv, now.Add(overlap)
	}
	s.recv, s.keys = recv, k
	if s.send == nil || heard {
		s.send, s.next = send, nil
	} else {
		s.next, s.nextAt = send, now.Add(patience)
	}
	return nil
}

func (s *Session) sealer(k Key) (*sealer, error) {
	if i := slices.IndexFunc(s.sealers, func(c *sealer) bool { return c.key == k }); i >= 0 {
		return s.sealers[i], nil
	}
	c, err := newSealer(k)
	if err != nil {
		return nil, err
	}
	s.sealers = append(s.sealers[max(0, len(s.sealers)-maxKeys+1):], c)
	return c, nil
}

func (s *Session) opener(k Key) (*opener, error) {
	if i := slices.IndexFunc(s.openers, func(o *opener) bool { return o.key == k }); i >= 0 {
		return s.openers[i], nil
	}
	o, err := newOpener(k)
	if err != nil {
		return nil, err
	}
	s.openers = append(s.openers[max(0, len(s.openers)-maxKeys+1):], o)
	return o, nil
}

var (
	errNoKeys = errors.New("SRTP without keys")
	errShort  = errors.New("too short for a packet")
)

// ProtectRTP appends the packet as SRTP.
func (s *Session) ProtectRTP(now time.Time, dst, packet []byte) ([]byte, error) {
	if s.send == nil {
		return nil, errNoKeys
	}
	return s.sending(now).rtp(dst, packet)
}

// ProtectRTCP appends a compound packet as SRTCP.
func (s *Session) ProtectRTCP(now time.Time, dst, packet []byte) ([]byte, error) {
	if s.send == nil {
		return nil, errNoKeys
	}
	return s.sending(now).rtcp(dst, packet)
}

// sending is the key that goes out now.
func (s *Session) sending(now time.Time) *sealer {
	if s.next != nil && !now.Before(s.nextAt) {
		s.send, s.next = s.next, nil
	}
	return s.send
}

// UnprotectRTP appends the RTP packet in a packet of SRTP, or says why it must be dropped: then it has changed nothing.
func (s *Session) UnprotectRTP(now time.Time, dst, packet []byte) ([]byte, error) {
	if s.recv == nil {
		return nil, errNoKeys
	}
	if len(packet) < rtpHeader {
		return nil, errShort
	}
	plain, err := s.recv.rtp(dst, packet)
	if err == nil {
		s.renewed(now)
		return plain, nil
	}
	if s.old(now) == nil {
		return nil, err
	}
	if plain, err := s.before.rtp(dst, packet); err == nil {
		return plain, nil
	}
	if plain, err = s.recv.inherit(s.before, dst, packet); err == nil {
		s.renewed(now)
	}
	return plain, err
}

// UnprotectRTCP does the same for SRTCP.
func (s *Session) UnprotectRTCP(now time.Time, dst, packet []byte) ([]byte, error) {
	if s.recv == nil {
		return nil, errNoKeys
	}
	if len(packet) < rtcpHeader {
		return nil, errShort
	}
	plain, err := s.recv.rtcp(dst, packet)
	if err == nil {
		s.renewed(now)
	} else if old := s.old(now); old != nil {
		return old.rtcp(dst, packet)
	}
	return plain, err
}

// renewed notes that the peer uses its new key, and so has ours.
func (s *Session) renewed(now time.Time) {
	if s.next != nil {
		s.send, s.next = s.next, nil
	}
	if end := now.Add(reordering); s.before != nil && end.Before(s.closing) {
		s.closing = end
	}
}

// old is the peer's key before the present one while it may still be used.
func (s *Session) old(now time.Time) *opener {
	if !now.Before(s.closing) {
		s.before = nil
	}
	return s.before
}

// sealer is a key of ours with what has been sent under it.
type sealer struct {
	key     Key
	context *pion.Context
	header  rtp.Header
}

func newSealer(k Key) (*sealer, error) {
	context, err := k.context()
	if err != nil {
		return nil, err
	}
	return &sealer{key: k, context: context}, nil
}

func (c *sealer) rtp(dst, packet []byte) ([]byte, error) {
	return c.context.EncryptRTP(dst, packet, &c.header)
}

func (c *sealer) rtcp(dst, packet []byte) ([]byte, error) {
	return c.context.EncryptRTCP(dst, packet, nil)
}
