package g711

import "math/bits"

// The tables are computed once at start and never written again. The encoders' are indexed by the bits of a sample that a
// law can see, sign included: the upper 12 for A-law, the upper 14 for µ-law.
var (
	alaw       = tabulate[[1 << 12]byte](4, compressA)
	ulaw       = tabulate[[1 << 14]byte](2, compressU)
	alawLinear = expandAll(expandA)
	ulawLinear = expandAll(expandU)
)

func tabulate[T [1 << 12]byte | [1 << 14]byte](shift int, compress func(int16) byte) T {
	var t T
	for i := range len(t) {
		t[i] = compress(int16(i << shift))
	}
	return t
}

func expandAll(expand func(byte) int16) (t [256]int16) {
	for i := range t {
		t[i] = expand(byte(i))
	}
	return t
}

// fold splits a sample into its magnitude and the sign bit of the code: G.711 sets bit 1 for positive values.
func fold(s int16) (magnitude uint, sign byte) {
	if s < 0 {
		return uint(^s), 0
	}
	return uint(s), 0x80
}

// compressA follows G.711 table 1a: eight segments, of which the first two have the same step.
func compressA(s int16) byte {
	m, sign := fold(s)
	m >>= 4
	code := byte(m) // the step of the first segment is 1
	if m >= 16 {
		segment := bits.Len(m) - 4
		code = byte(segment)<<4 | byte(m>>(segment-1))&0x0F
	}
	// §3.1: the even bits are inverted for transmission.
	return (code | sign) ^ 0x55
}

// expandA yields the middle of the interval that the code stands for.
func expandA(code byte) int16 {
	code ^= 0x55
	segment, step := code>>4&7, int(code&0x0F)
	m := step<<1 + 1
	if segment > 0 {
		m = (m + 32) << (segment - 1)
	}
	return unfold(m<<3, code)
}

// The bias that makes every µ-law segment begin at a power of two (G.711 table 2a), and the largest biased magnitude.
const (
	bias = 33
	clip = 0x1FFF
)

// compressU follows G.711 table 2a.
func compressU(s int16) byte {
	m, sign := fold(s)
	m = min(m>>2+bias, clip)
	segment := bits.Len(m) - 6
	code := byte(segment)<<4 | byte(m>>(segment+1))&0x0F
	// §3.2: all seven magnitude bits are inverted for transmission.
	return (code ^ 0x7F) | sign
}

// expandU yields the middle of the interval that the code stands for.
func expandU(code byte) int16 {
	segment, step := ^code>>4&7, int(^code&0x0F)
	m := (step<<1+bias)<<segment - bias
	return unfold(m<<2, code)
}

func unfold(m int, code byte) int16 {
	if code&0x80 == 0 {
		return int16(-m)
	}
	return int16(m)
}
