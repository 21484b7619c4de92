package wav

import (
	"encoding/binary"
	"math"

	"intercom/media/g711"
)

// decoder turns the octets of one sample into its value on the scale of int16.
type decoder struct {
	size   int // octets
	sample func([]byte) float64
}

// decoderFor returns the decoder for a format, or one of size 0.
func decoderFor(tag uint16, bits int) decoder {
	switch {
	case tag == tagPCM && bits == 8:
		return decoder{1, func(b []byte) float64 { return float64(int(b[0])-0x80) * 256 }} // 8 bits alone are unsigned
	case tag == tagPCM && bits == 16:
		return decoder{2, func(b []byte) float64 { return float64(int16(binary.LittleEndian.Uint16(b))) }}
	case tag == tagPCM && bits == 24:
		return decoder{3, func(b []byte) float64 {
			return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 16)
		}}
	case tag == tagPCM && bits == 32:
		return decoder{4, func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) / (1 << 16) }}
	case tag == tagFloat && bits == 32:
		return decoder{4, func(b []byte) float64 {
			return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) * (1 << 15)
		}}
	case tag == tagALaw && bits == 8:
		return decoder{1, companded(g711.DecodeA)}
	case tag == tagMuLaw && bits == 8:
		return decoder{1, companded(g711.DecodeU)}
	}
	return decoder{}
}

func companded(decode func([]int16, []byte)) func([]byte) float64 {
	var linear [1]int16
	return func(b []byte) float64 {
		decode(linear[:], b[:1])
		return float64(linear[0])
	}
}

// clip rounds to the nearest sample; what is no number becomes silence.
func clip(x float64) int16 {
	if math.IsNaN(x) {
		return 0
	}
	return int16(math.Round(max(math.MinInt16, min(math.MaxInt16, x))))
}
