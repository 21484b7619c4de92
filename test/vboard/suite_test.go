package vboard_test

import (
	"strings"
	"testing"
	"time"

	"intercom/test/vboard"
)

// The kernel's lines pass the suite that the simulated board passes. In virtual time its hours are short.
func TestSuite(t *testing.T) {
	arms(t, func(t testing.TB, arch vboard.Arch) {
		suite := vboard.GoProgram(t, arch, "suite", "test", "-c", "./test/vboard/suite")
		b := vboard.Boot(t, vboard.Options{Arch: arch, Virtual: true, Cmdline: "VIRTUAL_BOARD=1", Files: []vboard.File{{Path: "/bin/suite", From: suite, Program: true}}})
		p := b.Start("/bin/suite", "-test.v", "-test.timeout=0")
		for {
			said := p.AwaitAny(5 * time.Minute)
			if question, ok := strings.CutPrefix(said.Text, "outside: "); ok {
				p.Input(outsideDoes(t, b, strings.Fields(question)))
			} else if said.Text == "PASS" {
				return
			} else if said.Text == "FAIL" {
				t.Fatal(p.Output())
			}
		}
	})
}

// outsideDoes is a hand on an input, or an instrument on an output.
func outsideDoes(t testing.TB, b *vboard.Board, words []string) (answer string) {
	t.Helper()
	for l := vboard.Bell; l <= vboard.Tamper; l++ {
		if l.String() != words[1] {
			continue
		}
		if words[0] == "set" {
			b.Set(l, words[2] == "high")
			return "done"
		}
		if b.High(l) {
			return "high"
		}
		return "low"
	}
	t.Fatalf("the suite asks %q", words)
	return ""
}
