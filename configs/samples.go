package configs

import _ "embed"

// Reference is the file that documents every key, each with its default.
//
//go:embed reference.toml
var Reference []byte

// Demo is the configuration of a station on a simulated board, with one button, one door and a telephone on the same
// computer.
//
//go:embed demo.toml
var Demo []byte
