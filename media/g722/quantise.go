package g722

// encodeLow returns the 6-bit codeword of a sample of the lower band.
func (b *band) encodeLow(sample int32) byte {
	scale := b.scale(lowExponent)
	word := quantiseLow(clip(sample-b.prediction), scale) // SUBTRA, QUANTL
	b.followLow(word, scale)
	return word
}

// quantiseLow is QUANTL: the word of the interval in which the difference lies. Positive words count down from 61 to 32, negative
// ones from 63, 62, then 31 down to 4: a word whose last bits are lost stays near its value.
func quantiseLow(diff, scale int32) byte {
	size := diff ^ diff>>31 // ones' complement of a negative one
	// The largest level that is not above size, by halving.
	at := 0
	for half := 16; half > 0; half >>= 1 {
		if n := at + half; n < len(levels) && size >= levels[n]*scale>>12 {
			at = n
		}
	}
	switch {
	case diff >= 0:
		return byte(61 - at)
	case at < 2:
		return byte(63 - at)
	}
	return byte(33 - at)
}

// followLow does what the decoder will do with the word, of which it may get the first four bits only (INVQAL, LOGSCL, block 4L).
func (b *band) followLow(word byte, scale int32) {
	diff := low4[word>>2] * scale >> 15
	b.rescale(lowWeights[word>>2], lowLogMax)
	b.predict(diff)
}

// decodeLow returns the lower band's sample for a word whose last bits, drop of them, are not speech (INVQBL, RECONS, LIMIT).
func (b *band) decodeLow(word byte, drop int) int32 {
	scale := b.scale(lowExponent)
	fine := low6[word]
	switch drop {
	case 1:
		fine = low5[word>>1]
	case 2:
		fine = low4[word>>2]
	}
	sample := limit(clip(b.prediction + fine*scale>>15))
	b.followLow(word, scale)
	return sample
}

// encodeHigh returns the 2-bit codeword of a sample of the higher band (QUANTH).
func (b *band) encodeHigh(sample int32) byte {
	scale := b.scale(highExponent)
	diff := clip(sample - b.prediction)
	word := byte(2)
	if diff < 0 {
		word = 0
	}
	if diff^diff>>31 < highLevel*scale>>12 {
		word++
	}
	b.decodeHigh(word)
	return word
}

// decodeHigh returns the higher band's sample for a word (INVQAH, LOGSCH, block 4H, LIMIT).
func (b *band) decodeHigh(word byte) int32 {
	diff := high2[word] * b.scale(highExponent) >> 15
	sample := limit(clip(b.prediction + diff))
	b.rescale(highWeights[word], highLogMax)
	b.predict(diff)
	return sample
}
