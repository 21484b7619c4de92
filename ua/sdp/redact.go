package sdp

import "bytes"

// Redact returns a text, a session description or a part of one, without the
// keys in it, and whether there were any. The text itself is not changed.
func Redact(text []byte) (shown []byte, cut bool) {
	mark := []byte("inline:")
	for {
		i := bytes.Index(text, mark)
		if i < 0 {
			if !cut {
				return text, false
			}
			return append(shown, text...), true
		}
		cut = true
		shown = append(append(shown, text[:i+len(mark)]...), hidden...)
		text = text[i+len(mark):]
		if end := bytes.IndexAny(text, " \t\r\n"); end >= 0 {
			text = text[end:]
		} else {
			text = nil
		}
	}
}
