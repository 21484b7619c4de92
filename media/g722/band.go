package g722

// band is what both ends know of one of the two bands: the adaptive predictor (block 4) and the logarithm of the quantiser's
// scale factor (block 3). All values are the Recommendation's, named there AL, BL, RLT, DLT, PLT, NBL, SL, SZL and, in the higher
// band, with an H for the L. The zero value is the reset state.
type band struct {
	pole   [2]int32 // AL1, AL2
	zero   [6]int32 // BL1 to BL6
	signal [2]int32 // RLT1, RLT2: past reconstructed samples
	diff   [6]int32 // DLT1 to DLT6: past quantised differences
	part   [2]int32 // PLT1, PLT2: past partial reconstructions, of which only the sign counts
	log    int32    // NBL, in 1/2048 powers of two

	zeros      int32 // SZL: the all-zero section's share of the prediction
	prediction int32 // SL
}

// The bounds of the scale factor's logarithm, and the exponent that its top bits stand against.
const (
	lowLogMax, lowExponent   = 18432, 8
	highLogMax, highExponent = 22528, 10
)

// scale is the quantiser's scale factor (SCALEL, SCALEH).
func (b *band) scale(exponent int32) int32 {
	fraction := exponential[b.log>>6&31]
	if shift := exponent - b.log>>11; shift >= 0 {
		return fraction >> shift << 2
	}
	return fraction << (b.log>>11 - exponent) << 2
}

// rescale moves the logarithm of the scale factor by a codeword's weight, with a leak (LOGSCL, LOGSCH).
func (b *band) rescale(weight, most int32) {
	b.log = min(max(b.log*32512>>15+weight, 0), most)
}

// predict takes in the quantised difference of this sample and predicts the next one.
func (b *band) predict(diff int32) {
	part := clip(diff + b.zeros)             // PARREC
	signal := clip(diff + b.prediction)      // RECONS
	b.pole = b.adaptPoles(part)              // UPPOL1, UPPOL2
	b.adaptZeros(diff)                       // UPZERO
	b.part = [2]int32{part, b.part[0]}       // DELAYA
	b.signal = [2]int32{signal, b.signal[0]} // DELAYA
	b.diff = [6]int32{diff, b.diff[0], b.diff[1], b.diff[2], b.diff[3], b.diff[4]}
	b.zeros = b.filterZeros()
	b.prediction = clip(b.filterPoles() + b.zeros) // PREDIC
}

// adaptPoles returns the new coefficients of the second-order section, kept where it is stable.
func (b *band) adaptPoles(part int32) [2]int32 {
	slope, turn, lift := int32(192), clip(b.pole[0]<<2), int32(128)
	if sameSign(part, b.part[0]) {
		turn = clip(-turn)
	} else {
		slope = -slope
	}
	if !sameSign(part, b.part[1]) {
		lift = -lift
	}
	second := turn>>7 + lift + b.pole[1]*32512>>15
	second = min(max(second, -12288), 12288)
	bound := 15360 - second
	first := slope + b.pole[0]*32640>>15
	return [2]int32{min(max(first, -bound), bound), second}
}

// adaptZeros moves the coefficients of the sixth-order section by the signs of the differences.
func (b *band) adaptZeros(diff int32) {
	step := int32(128)
	if diff == 0 {
		step = 0
	}
	for i, past := range b.diff {
		sign := (diff ^ past) >> 31 // -1 if the signs differ
		b.zero[i] = b.zero[i]*32640>>15 + (step ^ sign - sign)
	}
}

// filterZeros is FILTEZ.
func (b *band) filterZeros() (sum int32) {
	for i := len(b.zero) - 1; i >= 0; i-- {
		sum = clip(sum + clip(2*b.diff[i])*b.zero[i]>>15)
	}
	return sum
}

// filterPoles is FILTEP.
func (b *band) filterPoles() int32 {
	return clip(clip(2*b.signal[0])*b.pole[0]>>15 + clip(2*b.signal[1])*b.pole[1]>>15)
}

func sameSign(a, b int32) bool { return a^b >= 0 }

// clip holds a value to 16 bits, as every sum of the Recommendation is.
func clip(x int32) int32 { return min(max(x, -32768), 32767) }

// limit holds a band's sample to 15 bits (LIMIT).
func limit(x int32) int32 { return min(max(x, -16384), 16383) }
