package sdp

// Objection says why Answer finds nothing in an offer, in the words and numbers of the Warning header field (RFC 3261
// §20.43): of all lines, that of the one which came closest to suit.
func Objection(offer *Description, local Local) (code int, text string) {
	code, text = 304, "Media type not available"
	for i := range offer.Media {
		m := &offer.Media[i]
		if m.Kind != "audio" || m.Port == 0 {
			continue
		}
		_, _, usable := offer.remote(m, local.Addr)
		_, known := common(m.formats(), local.Formats)
		switch {
		case known && usable:
			return 302, "Incompatible transport protocol"
		case known:
			code, text = 301, "Incompatible network address formats"
		case code == 304:
			code, text = 305, "Incompatible media format"
		}
	}
	return code, text
}
