// Command bill tells what a built program consists of: "sbom" as a CycloneDX document, "copyright" with the licences in full, in the
// form of Debian's machine-readable copyright file. Both are read from the program itself, and are the same for the same program.
package main

import (
	"debug/buildinfo"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, w io.Writer) error {
	if len(args) != 3 {
		return fmt.Errorf("bill: write: bill sbom|copyright PROGRAM VERSION")
	}
	info, err := buildinfo.ReadFile(args[1])
	if err != nil {
		return fmt.Errorf("bill: %s: %w", args[1], err)
	}
	parts, err := partsOf(info)
	if err != nil {
		return err
	}
	switch args[0] {
	case "sbom":
		return sbom(w, info, args[2], parts)
	case "copyright":
		return copyright(w, parts)
	}
	return fmt.Errorf("bill: %q: want sbom or copyright", args[0])
}

// part is one thing that others have written and that is in the program.
type part struct {
	name, version string
	url           string // package URL (github.com/package-url/purl-spec)
	licence       string // an SPDX expression
	text          []byte // the licence in full
	notice        []byte // what has to be said besides, if anything
}

// partsOf are the modules in the program, the standard library, and the C that is linked with it. One whose licence is not known is
// an error: it may not be given away.
func partsOf(info *debug.BuildInfo) ([]part, error) {
	version := strings.TrimPrefix(info.GoVersion, "go")
	parts := []part{{name: "std", version: version, url: "pkg:golang/std@" + version, licence: "BSD-3-Clause", text: goLicence()}}
	for _, m := range info.Deps {
		p := part{name: m.Path, version: m.Version, url: "pkg:golang/" + m.Path + "@" + m.Version}
		p.text, p.notice, p.licence = licenceIn(moduleDir(m))
		if p.licence == unknown {
			return nil, fmt.Errorf("bill: the licence of %s %s is not known: write how to tell it into identify", m.Path, m.Version)
		}
		parts = append(parts, p)
	}
	if !cgo(info) {
		return parts, nil
	}
	c, err := partsInC(info)
	return append(parts, c...), err
}

// partsInC are linked with the Go program. What libgcc has in it are the divisions of a processor without any.
func partsInC(info *debug.BuildInfo) ([]part, error) {
	i := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == "github.com/gen2brain/malgo" })
	if i < 0 {
		return nil, fmt.Errorf("bill: the program is linked with C, but not by malgo: say here what else it has")
	}
	sound, err := miniaudio(moduleDir(info.Deps[i]))
	if err != nil {
		return nil, err
	}
	libc, err := musl()
	if err != nil {
		return nil, err
	}
	return []part{sound, libc, {
		name: "libgcc", licence: "GPL-3.0-or-later WITH GCC-exception-3.1",
		text: []byte("The exception permits programs of any licence. The licence is in /usr/share/common-licenses/GPL-3 on Debian systems."),
	}}, nil
}

func cgo(info *debug.BuildInfo) bool {
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "CGO_ENABLED", Value: "1"})
}
