package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// unknown is what SPDX says where nobody knows the licence.
const unknown = "NOASSERTION"

// moduleDir is where the sources of a module are, in the module cache.
func moduleDir(m *debug.Module) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", m.Path+"@"+m.Version).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// licenceIn finds the licence in a directory of sources, and the notice that goes with it (Apache-2.0 §4(d)).
func licenceIn(dir string) (text, notice []byte, spdx string) {
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			notice, _ = os.ReadFile(filepath.Join(dir, "NOTICE"))
			return text, notice, identify(text)
		}
	}
	return nil, nil, unknown
}

// identify tells the few licences that our modules have by a sentence that each alone contains.
func identify(text []byte) string {
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
	return unknown
}

// holders are the lines of a licence that say whose the copyright is; templates that nobody has filled in say nothing.
func holders(p part) []string {
	var all []string
	for line := range strings.Lines(string(p.text) + "\n" + string(p.notice)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "Copyright")
		rest = strings.TrimPrefix(strings.TrimLeft(rest, ": "), "(c) ")
		if ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			all = append(all, rest)
		}
	}
	if len(all) == 0 {
		return []string{"the authors of " + p.name}
	}
	return all
}

// goLicence is the licence of the standard library.
func goLicence() []byte {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil
	}
	text, _, _ := licenceIn(strings.TrimSpace(string(out)))
	return text
}

// miniaudio is in malgo's module as one file, whose licence stands at its end.
func miniaudio(malgo string) (part, error) {
	source, err := os.ReadFile(filepath.Join(malgo, "miniaudio.h"))
	if err != nil {
		return part{}, fmt.Errorf("bill: miniaudio: %w", err)
	}
	var version []string
	for _, name := range []string{"MAJOR", "MINOR", "REVISION"} {
		_, after, _ := bytes.Cut(source, []byte("#define MA_VERSION_"+name))
		line, _, _ := bytes.Cut(after, []byte("\n"))
		version = append(version, string(bytes.TrimSpace(line)))
	}
	v := strings.Join(version, ".")
	text := source[bytes.LastIndex(source, []byte("This software is available as a choice")):]
	return part{
		name: "miniaudio", version: v, url: "pkg:github/mackron/miniaudio@" + v, licence: "Unlicense OR MIT-0",
		text: bytes.TrimSuffix(bytes.TrimSpace(text), []byte("*/")),
	}, nil
}

// toolchains is the folder that toolchains.sh unpacks musl into.
func toolchains() string {
	if dir := os.Getenv("INTERCOM_TOOLCHAINS"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "intercom", "toolchains")
}

// musl is the C library, by the package that toolchains.sh has fetched.
func musl() (part, error) {
	found, _ := filepath.Glob(filepath.Join(toolchains(), "apt", "archives", "musl-dev_*_amd64.deb"))
	if len(found) != 1 {
		return part{}, fmt.Errorf("bill: there are %d packages of musl in %s, and one is wanted: run board/release/toolchains.sh", len(found), toolchains())
	}
	version := strings.Split(filepath.Base(found[0]), "_")[1]
	text, err := os.ReadFile(filepath.Join(toolchains(), "amd64", "usr", "share", "doc", "musl-dev", "copyright"))
	if err != nil {
		return part{}, fmt.Errorf("bill: musl: %w", err)
	}
	return part{name: "musl", version: version, url: "pkg:deb/debian/musl-dev@" + version, licence: "MIT", text: text}, nil
}
