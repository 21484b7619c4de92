// Command bill tells what a built program consists of: "sbom" as a CycloneDX document, "copyright" with the licences in full, in the
// form of Debian's machine-readable copyright file. Both are read from the program itself, and are the same for the same program.
package main

import (
	"debug/buildinfo"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, w io.Writer) error {
	if len(args) != 2 {
		return fmt.Errorf("bill: write: bill sbom|copyright PROGRAM")
	}
	info, err := buildinfo.ReadFile(args[1])
	if err != nil {
		return fmt.Errorf("bill: %s: %w", args[1], err)
	}
	parts := partsOf(info)
	switch args[0] {
	case "sbom":
		return sbom(w, info, parts)
	case "copyright":
		return copyright(w, parts)
	}
	return fmt.Errorf("bill: %q: want sbom or copyright", args[0])
}

// part is one thing that others have written and that is in the program.
type part struct {
	name, version string
	url           string // package URL (github.com/package-url/purl-spec)
	licence       string // an SPDX identifier
	text          string // the file with the licence in full
}

// partsOf are the modules in the program, the standard library, and the C that is linked with it.
func partsOf(info *debug.BuildInfo) []part {
	parts := []part{{
		name: "std", version: info.GoVersion, url: "pkg:golang/std@" + info.GoVersion[len("go"):], licence: "BSD-3-Clause", text: goLicence(),
	}}
	for _, m := range info.Deps {
		p := part{name: m.Path, version: m.Version, url: "pkg:golang/" + m.Path + "@" + m.Version}
		p.text, p.licence = licenceOf(m)
		parts = append(parts, p)
	}
	if cgo(info) {
		// Inside malgo's module: miniaudio.h, whose licence stands at its end.
		parts = append(parts, part{name: "miniaudio", version: "as in malgo", url: "pkg:github/mackron/miniaudio", licence: "MIT-0"},
			part{name: "musl", version: muslVersion(), url: "pkg:deb/debian/musl-dev@" + muslVersion(), licence: "MIT"})
	}
	return parts
}

func cgo(info *debug.BuildInfo) bool {
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" {
			return s.Value == "1"
		}
	}
	return false
}
