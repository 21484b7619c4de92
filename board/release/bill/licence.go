package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// licenceOf finds the licence of a module in the module cache.
func licenceOf(m *debug.Module) (file, spdx string) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", m.Path+"@"+m.Version).Output()
	if err != nil {
		return "", "NOASSERTION"
	}
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING"} {
		f := filepath.Join(strings.TrimSpace(string(out)), name)
		if _, err := os.Stat(f); err == nil {
			return f, identify(f)
		}
	}
	return "", "NOASSERTION"
}

// identify tells the few licences that our modules have by a sentence that each alone contains.
func identify(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "NOASSERTION"
	}
	words := strings.Join(strings.Fields(string(text)), " ")
	for _, l := range []struct{ sentence, spdx string }{
		{"Apache License Version 2.0", "Apache-2.0"},
		{"This is free and unencumbered software released into the public domain", "Unlicense"},
		{"Neither the name of", "BSD-3-Clause"},
		{"Permission is hereby granted, free of charge", "MIT"},
		{"Redistribution and use in source and binary forms", "BSD-2-Clause"},
	} {
		if strings.Contains(words, l.sentence) {
			return l.spdx
		}
	}
	return "NOASSERTION"
}

func goLicence() string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return ""
	}
	return filepath.Join(strings.TrimSpace(string(out)), "LICENSE")
}

// muslVersion is that of the package which toolchains.sh has fetched.
func muslVersion() string {
	cache := os.Getenv("INTERCOM_TOOLCHAINS")
	if cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return "unknown"
		}
		cache = filepath.Join(dir, "intercom", "toolchains")
	}
	found, _ := filepath.Glob(filepath.Join(cache, "apt", "archives", "musl-dev_*_amd64.deb"))
	if len(found) == 0 {
		return "unknown"
	}
	_, version, _ := strings.Cut(filepath.Base(found[0]), "_")
	version, _, _ = strings.Cut(version, "_")
	return version
}

// copyright writes the licences in full (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/).
func copyright(w io.Writer, parts []part) error {
	own, err := os.ReadFile("LICENSE")
	if err != nil {
		return fmt.Errorf("bill: %w", err)
	}
	fmt.Fprint(w, "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: intercom\n\n")
	stanza(w, "*", "the intercom project", "MIT", own)
	for _, p := range parts {
		var text []byte
		if p.text != "" {
			if text, err = os.ReadFile(p.text); err != nil {
				return fmt.Errorf("bill: the licence of %s: %w", p.name, err)
			}
		}
		stanza(w, p.name, "the authors of "+p.name+" "+p.version, p.licence, text)
	}
	return nil
}

// stanza writes the licence of some files. In a field that goes on, an empty line is a dot.
func stanza(w io.Writer, files, owner, licence string, text []byte) {
	fmt.Fprintf(w, "Files: %s\nCopyright: %s\nLicense: %s\n", files, owner, licence)
	for line := range strings.Lines(strings.TrimSpace(string(text)) + "\n") {
		if line = strings.TrimSpace(line); line == "" {
			line = "."
		}
		fmt.Fprintf(w, " %s\n", line)
	}
	fmt.Fprintln(w)
}
