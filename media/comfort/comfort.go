// Package comfort reads, writes and makes comfort noise (RFC 3389): what a peer that suppresses silence sends instead of it, in an
// octet or a few, so that the line does not sound dead. In RTP it has payload type 13 at a clock of 8000 Hz.
//
// The payload is the noise's level and, if the sender cares, its spectrum as the reflection coefficients of an all-pole model.
package comfort

import (
	"errors"
	"math"
)

// MaxOrder is the most reflection coefficients that are kept. RFC 3389 §3: the decoder may reduce the model order by setting
// higher order reflection coefficients to zero.
const MaxOrder = 12

// Noise is the content of one payload.
type Noise struct {
	// Level is in dBov: 0 is the power of a square wave at full scale; quieter is below 0, and -127 the quietest there is.
	Level float64

	// Order is how many of the coefficients are set, 0 for white noise.
	Order int

	// Reflection holds k1, k2 ... between -1 and 1, of the filter whose predictor is 1 + a1/z + ...: noise with its power at
	// low frequencies has a negative k1.
	Reflection [MaxOrder]float64
}

// quietest is the lowest level that a payload can tell, in dBov.
const quietest = -127

// Parse reads a payload. §3.1: the first octet's most significant bit is unused. §3.2: an index of 255 is reserved; the model ends
// before it, as it does after MaxOrder coefficients.
func Parse(payload []byte) (Noise, error) {
	if len(payload) == 0 {
		return Noise{}, errors.New("comfort: the payload is empty; want at least the octet of the noise level")
	}
	n := Noise{Level: -float64(payload[0] & 0x7F)}
	for _, index := range payload[1:min(len(payload), 1+MaxOrder)] {
		if index == 255 {
			break
		}
		// §3.2: k(N) = 258·(N-127)/32768 for N = 0 to 254.
		n.Reflection[n.Order] = 258 * (float64(index) - 127) / 32768
		n.Order++
	}
	return n, nil
}

// Append appends the payload for n, with its values rounded and held to what can be told.
func (n Noise) Append(dst []byte) []byte {
	dst = append(dst, byte(math.Round(min(max(-n.Level, 0), -quietest))))
	for _, k := range n.Reflection[:min(max(n.Order, 0), MaxOrder)] {
		dst = append(dst, byte(min(max(math.Round(127+k*32768/258), 0), 254)))
	}
	return dst
}
