// Package g711 converts between 16-bit linear samples and the two companding laws of ITU-T G.711, A-law (PCMA, RTP payload
// type 8) and µ-law (PCMU, RTP payload type 0). One code is one octet, one sample; 8000 samples a second on the wire.
//
// Linear samples are left-justified: A-law's 13 bits and µ-law's 14 bits sit at the top of an int16, so that full scale is
// the same for both. A negative sample is folded by its ones' complement, as the ITU-T G.191 software tools do, which makes
// -1 the mirror of 0. All four conversions are one table look-up a sample and allocate nothing.
package g711

// The octets for a sample of zero: what a sender fills with when it has nothing to say.
const (
	SilenceA = 0xD5
	SilenceU = 0xFF
)

// EncodeA writes the A-law code of every sample of src to dst, which must be at least as long as src.
func EncodeA(dst []byte, src []int16) {
	dst = dst[:len(src)]
	for i, s := range src {
		dst[i] = alaw[uint16(s)>>4]
	}
}

// DecodeA writes the sample of every A-law code of src to dst, which must be at least as long as src.
func DecodeA(dst []int16, src []byte) {
	dst = dst[:len(src)]
	for i, c := range src {
		dst[i] = alawLinear[c]
	}
}

// EncodeU writes the µ-law code of every sample of src to dst, which must be at least as long as src.
func EncodeU(dst []byte, src []int16) {
	dst = dst[:len(src)]
	for i, s := range src {
		dst[i] = ulaw[uint16(s)>>2]
	}
}

// DecodeU writes the sample of every µ-law code of src to dst, which must be at least as long as src.
func DecodeU(dst []int16, src []byte) {
	dst = dst[:len(src)]
	for i, c := range src {
		dst[i] = ulawLinear[c]
	}
}
