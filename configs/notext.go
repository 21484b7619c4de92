package configs

import "strings"

// What to do with a file that is not as somebody wrote it.
const copyAgain = "copy the configuration onto the card again, and have the computer eject the card before you pull it out"

// noConfiguration recognises what is no text in UTF-8 at all, and what a power cut or a word processor leaves. What is empty if
// the text is none of these.
func noConfiguration(text string) (at int, what, want string) {
	zero := strings.IndexByte(text, 0)
	switch {
	case text == "":
		return 0, "the file is empty", copyAgain
	case strings.Trim(text, "\x00") == "":
		return 0, "the file has nothing in it but zeros, as after a power cut while it was written", copyAgain
	case isUTF16(text):
		return 0, "the file is written in UTF-16, which Notepad calls Unicode",
			`save it as plain text in UTF-8: in Notepad "Save as", with the encoding UTF-8`
	case strings.HasPrefix(text, `{\rtf`), strings.HasPrefix(text, "PK\x03\x04"):
		return 0, "the file is a word processor's", "save it as plain text in UTF-8, or write it with a plain editor such as Notepad"
	case zero >= 0:
		return zero, "from here on there are zeros where text was, as after a power cut", copyAgain
	case strings.HasPrefix(text, "<"):
		return 0, "the file is a page of the web", "download the file itself, not the page that shows it"
	}
	return 0, "", ""
}

// isUTF16 recognises UTF-16 by its mark, or by every other octet of the first letters being zero.
func isUTF16(text string) bool {
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
		return true
	}
	const letters = 4
	if len(text) < 2*letters {
		return false
	}
	var zeros [2]int
	for i := range 2 * letters {
		if text[i] == 0 {
			zeros[i%2]++
		}
	}
	return zeros == [2]int{letters, 0} || zeros == [2]int{0, letters}
}
