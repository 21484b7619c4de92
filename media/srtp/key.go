package srtp

import (
	"fmt"
	"io"

	pion "github.com/pion/srtp/v3"
)

// Key is what the packets of one direction are protected with. The zero value is no key.
type Key struct {
	Suite  string // crypto-suite of RFC 4568 §6.2 or RFC 7714 §14.2: "AES_CM_128_HMAC_SHA1_80"
	Master Secret // master key and salt, as long as the suite wants them
	MKI    string // octets of the master key identifier in each packet, "" for none
}

// Keys are those of both directions, as seen from here. The zero value is no protection.
type Keys struct{ Send, Recv Key }

// Protected reports whether there are keys.
func (k Keys) Protected() bool { return k != Keys{} }

// Check says what is wrong with keys that there are.
func (k Keys) Check() error {
	for _, key := range []Key{k.Send, k.Recv} {
		if _, err := profileOf(key); err != nil {
			return err
		}
	}
	if k.Send.Master == k.Recv.Master {
		// What is sent could be sent back as the peer's.
		return fmt.Errorf("both directions of SRTP have one key: want two")
	}
	return nil
}

// Secret is octets that neither fmt nor an encoder shows.
type Secret string

const hidden = "(not shown)"

// Format writes that there is something, and not what.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, hidden) }

// MarshalText does the same for encoders and for package slog.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// profile is a crypto-suite in the words of pion.
type profile struct {
	id   pion.ProtectionProfile
	salt int // octets
}

// keyLength is that of the master key of every suite here, in octets.
const keyLength = 16

func profileOf(k Key) (profile, error) {
	var p profile
	switch k.Suite {
	case "AES_CM_128_HMAC_SHA1_80":
		p = profile{pion.ProtectionProfileAes128CmHmacSha1_80, 14}
	case "AES_CM_128_HMAC_SHA1_32":
		p = profile{pion.ProtectionProfileAes128CmHmacSha1_32, 14}
	case "AEAD_AES_128_GCM":
		p = profile{pion.ProtectionProfileAeadAes128Gcm, 12}
	default:
		return p, fmt.Errorf("crypto-suite %q is not one that can be used", k.Suite)
	}
	if want := keyLength + p.salt; len(k.Master) != want {
		return p, fmt.Errorf("the key for %s has %d octets; want %d", k.Suite, len(k.Master), want)
	}
	return p, nil
}

// replayWindow is how many packets may overtake one another, each way and source: at 10 ms a packet more than a jitter buffer
// holds. RFC 3711 §3.3.2 wants 64 at least.
const replayWindow = 256

// context makes pion's state for one direction.
func (k Key) context() (*pion.Context, error) {
	p, err := profileOf(k)
	if err != nil {
		return nil, err
	}
	options := []pion.ContextOption{pion.SRTPReplayProtection(replayWindow), pion.SRTCPReplayProtection(replayWindow)}
	if k.MKI != "" {
		options = append(options, pion.MasterKeyIndicator([]byte(k.MKI)))
	}
	master := []byte(k.Master)
	return pion.CreateContext(master[:keyLength], master[keyLength:], p.id, options...)
}
