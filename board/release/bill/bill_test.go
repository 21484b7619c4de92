package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
)

// linked are the modules that the program is made of, as its build information has them.
func linked(t *testing.T) *debug.BuildInfo {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", "intercom/cmd/intercom").Output()
	if err != nil {
		t.Fatal(err)
	}
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Settings: []debug.BuildSetting{{Key: "GOARCH", Value: "arm"}}}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 2 && !seen[f[0]] {
			seen[f[0]] = true
			info.Deps = append(info.Deps, &debug.Module{Path: f[0], Version: f[1]})
		}
	}
	return info
}

func TestEveryModuleHasALicence(t *testing.T) {
	info := linked(t)
	parts, err := partsOf(info)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) != len(info.Deps)+1 || len(parts) < 8 {
		t.Fatalf("%d parts of %d modules", len(parts), len(info.Deps))
	}
	var out bytes.Buffer
	if err := sbom(&out, info, "v1", parts); err != nil {
		t.Fatal(err)
	}
	var bill document
	if err := json.Unmarshal(out.Bytes(), &bill); err != nil || len(bill.Components) != len(parts) {
		t.Errorf("%d components, %v", len(bill.Components), err)
	}
	for _, want := range []string{`"version": "v1"`, `"pkg:golang/std@1.26.8"`, `"pkg:golang/github.com/pion/rtp@v`, `"Apache-2.0"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is missing in\n%s", want, out.String())
		}
	}
}

func TestAModuleWithoutALicenceIsNotGivenAway(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Deps: []*debug.Module{{Path: "example.org/nothing", Version: "v1.0.0"}}}
	if _, err := partsOf(info); err == nil || !strings.Contains(err.Error(), "example.org/nothing") {
		t.Errorf("gave %v", err)
	}
}

func TestParagraph(t *testing.T) {
	var out bytes.Buffer
	stanza(&out, "x/y", part{
		name: "x/y", licence: "Unlicense OR MIT-0",
		text: []byte("Some licence\n\nCopyright (c) 2025 Ann Example\nCopyright <year> <owner>\n"),
	})
	want := "Files: x/y\nCopyright: 2025 Ann Example\nLicense: Unlicense or MIT-0\n Some licence\n .\n Copyright (c) 2025 Ann Example\n" +
		" Copyright <year> <owner>\n\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
	out.Reset()
	stanza(&out, "z", part{name: "z", licence: "Apache-2.0", text: []byte("Apache License …"), notice: []byte("Copyright 2018 Z, Inc\n")})
	if want := "Files: z\nCopyright: 2018 Z, Inc\nLicense: Apache-2.0\n " + apache + "\n .\n Copyright 2018 Z, Inc\n\n"; out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}
