package main

import (
	"encoding/json"
	"io"
	"runtime/debug"
	"strings"
)

// document is the part of CycloneDX 1.5 that we have something to say in. It has no time and no serial number: the same program has
// the same bill.
type document struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Component  component  `json:"component"`
	Properties []property `json:"properties"`
}

type component struct {
	Type     string    `json:"type"`
	Name     string    `json:"name"`
	Version  string    `json:"version,omitempty"`
	PURL     string    `json:"purl,omitempty"`
	Licences []licence `json:"licenses,omitempty"`
}

// licence is an SPDX identifier, or an expression of several.
type licence struct {
	License    *identifier `json:"license,omitempty"`
	Expression string      `json:"expression,omitempty"`
}

type identifier struct {
	ID string `json:"id"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func sbom(w io.Writer, info *debug.BuildInfo, version string, parts []part) error {
	d := document{Format: "CycloneDX", SpecVersion: "1.5", Version: 1, Metadata: metadata{
		Component: newComponent("application", part{name: "intercom", version: version, licence: "MIT"}),
	}}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOARCH", "GOARM", "GOOS", "CGO_ENABLED", "-tags":
			d.Metadata.Properties = append(d.Metadata.Properties, property{"go:" + s.Key, s.Value})
		}
	}
	for _, p := range parts {
		d.Components = append(d.Components, newComponent("library", p))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func newComponent(kind string, p part) component {
	l := licence{License: &identifier{p.licence}}
	if strings.Contains(p.licence, " ") {
		l = licence{Expression: p.licence}
	}
	return component{Type: kind, Name: p.name, Version: p.version, PURL: p.url, Licences: []licence{l}}
}
