package main

import (
	"bytes"
	"encoding/gob"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// How far floating point may take two processors apart, as a share of full scale. ARM64 multiplies and adds in one step and
// rounds once (Go allows that); what feeds its results back, as the echo canceller does, magnifies the difference.
const (
	bound    = 1e-4
	feedback = 5e-3
)

// Boards work out the same as this computer, under the emulator of Debian's qemu-user-static.
func TestOtherProcessorsAgree(t *testing.T) {
	here := results()
	for _, p := range []struct {
		name, arch, arm string
		emulator        []string
	}{
		{"ARMv6", "arm", "6", []string{"qemu-arm-static", "-cpu", "arm1176"}},
		{"ARM64", "arm64", "", []string{"qemu-aarch64-static"}},
	} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(p.emulator[0]); err != nil {
				t.Skipf("%s is not installed", p.emulator[0])
			}
			there := run(t, p.arch, p.arm, p.emulator)
			if len(there) != len(here) {
				t.Fatalf("%d results, want %d", len(there), len(here))
			}
			for i, r := range here {
				compare(t, r, there[i], p.arch == "arm64")
			}
		})
	}
}

// run builds this program for another processor and runs it there.
func run(t *testing.T, arch, arm string, emulator []string) (all []Result) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "crosscheck")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOARM="+arm)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(emulator[0], append(emulator[1:], program)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := gob.NewDecoder(bytes.NewReader(out)).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// compare holds two results against each other; fused is for a processor that rounds once where this one rounds twice.
func compare(t *testing.T, here, there Result, fused bool) {
	t.Helper()
	if there.Name != here.Name || len(there.Out) != len(here.Out) {
		t.Fatalf("%s with %d values, want %s with %d", there.Name, len(there.Out), here.Name, len(here.Out))
	}
	worst := 0.0
	for i, v := range here.Out {
		worst = max(worst, math.Abs(float64(v)-float64(there.Out[i])))
	}
	allowed := map[string]float64{exact: 0, floating: bound, adaptive: bound}[here.Kind]
	if here.Kind == adaptive && fused {
		allowed = feedback
	}
	switch share := worst / (math.MaxInt16 + 1); {
	case share > allowed:
		t.Errorf("%s is off by %.1e of full scale, more than %.0e", here.Name, share, allowed)
	default:
		t.Logf("%s: off by %.1e of full scale", here.Name, share)
	}
}
