package sdp

// Possible tells whether Answer would find a line of the offer that suits. If
// local names no formats, any codec will do; it needs no keys.
func Possible(offer *Description, local Local) bool {
	for _, suite := range Suites() {
		local.Keys = append(local.Keys, Key{Suite: suite})
	}
	for i := range offer.Media {
		m, with := &offer.Media[i], local
		if len(local.Formats) == 0 {
			with.Formats = m.formats()
		}
		if _, _, ok := offer.answerLine(m, with); ok {
			return true
		}
	}
	return false
}
