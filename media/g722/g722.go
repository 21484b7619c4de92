// Package g722 is the wideband codec of ITU-T G.722 (09/2012) at 64 kbit/s: 7 kHz of speech in the octets that G.711 needs for
// half of that. It is sub-band ADPCM: a quadrature mirror filter halves the band, six bits a sample go to the lower half and two
// to the higher.
//
// One octet is two samples of 16 bits at 16 kHz. In RTP it has payload type 9 and, although the sampling rate is 16 kHz, a
// clock of 8000 Hz: 20 ms are 160 octets, 320 samples and 160 timestamp units (RFC 3551 §4.5.2).
//
// Names of blocks and signals in comments are those of the Recommendation, clauses 3, 4 and 6. All of it is integer arithmetic and
// bit-exact with the ITU-T's vectors; nothing allocates.
package g722

// Rate is the sampling rate in Hz on the linear side.
const Rate = 16000

// Encoder encodes one stream. The zero value is ready for the first sample. It is not safe for use from several goroutines.
type Encoder struct {
	low, high band
	in        qmf
}

// Encode writes an octet for every pair of samples of src to dst, which must have room for len(src)/2 of them. An odd sample at
// the end is left out.
func (e *Encoder) Encode(dst []byte, src []int16) {
	dst = dst[:len(src)/2]
	for len(dst) > 0 {
		n := min(chunk, len(dst))
		for i, s := range src[:2*n] {
			e.in[taps-2+i] = int32(s)
		}
		for i := range dst[:n] {
			dst[i] = e.pair(e.in.split(i))
		}
		e.in.keep(n)
		dst, src = dst[n:], src[2*n:]
	}
}

// pair encodes one sample of both bands, 15 bits each.
func (e *Encoder) pair(low, high int32) byte {
	return e.high.encodeHigh(high)<<6 | e.low.encodeLow(low)
}

// Decoder decodes one stream. The zero value is ready for the first octet. It is not safe for use from several goroutines.
type Decoder struct {
	low, high band
	out       qmf
	drop      int // least significant bits of an octet that are not speech: 0, 1 or 2 in modes 1, 2 and 3
}

// Decode writes two samples for every octet of src to dst, which must have room for 2×len(src) of them. Every octet is valid.
func (d *Decoder) Decode(dst []int16, src []byte) {
	dst = dst[:2*len(src)]
	for len(src) > 0 {
		n := min(chunk, len(src))
		for i, octet := range src[:n] {
			low, high := d.pair(octet)
			d.out.put(i, low, high)
		}
		for i := range n {
			dst[2*i], dst[2*i+1] = d.out.join(i)
		}
		d.out.keep(n)
		dst, src = dst[2*n:], src[n:]
	}
}

// pair decodes one octet to a sample of either band, 15 bits each.
func (d *Decoder) pair(octet byte) (low, high int32) {
	return d.low.decodeLow(octet&0x3F, d.drop), d.high.decodeHigh(octet >> 6)
}
