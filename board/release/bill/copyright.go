package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// apache stands for a text that every Debian system has (Debian Policy §12.5).
const apache = "The licence is in /usr/share/common-licenses/Apache-2.0 on Debian systems."

// copyright writes the licences in full (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/).
func copyright(w io.Writer, parts []part) error {
	own, err := os.ReadFile("LICENSE")
	if err != nil {
		return fmt.Errorf("bill: %w", err)
	}
	fmt.Fprint(w, "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: intercom\n"+
		"Comment: What others have written is linked into the program; each work has a paragraph, by its name.\n\n")
	stanza(w, "*", part{name: "intercom", licence: "MIT", text: own})
	for _, p := range parts {
		stanza(w, p.name, p)
	}
	return nil
}

// stanza writes the licence of a work. In a field that goes on, an empty line is a dot.
func stanza(w io.Writer, files string, p part) {
	text := string(p.text)
	if p.licence == "Apache-2.0" {
		text = apache + "\n\n" + string(p.notice)
	}
	fmt.Fprintf(w, "Files: %s\nCopyright: %s\nLicense: %s\n", files, strings.Join(holders(p), "\n "), short(p.licence))
	for line := range strings.Lines(strings.TrimSpace(text) + "\n") {
		if line = strings.TrimSpace(line); line == "" {
			line = "."
		}
		fmt.Fprintf(w, " %s\n", line)
	}
	fmt.Fprintln(w)
}

// short is a licence's name in Debian's form of an SPDX expression.
func short(spdx string) string {
	spdx = strings.ReplaceAll(spdx, " OR ", " or ")
	return strings.ReplaceAll(strings.ReplaceAll(spdx, "MIT", "Expat"), "Expat-0", "MIT-0")
}
