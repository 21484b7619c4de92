package vboard_test

import (
	"testing"
	"time"

	"intercom/test/vboard"
)

// The program for ARMv6 on what a Raspberry Pi Zero is: it starts, and passes its own tests.
func TestPiZero(t *testing.T) {
	t.Parallel()
	b := vboard.Boot(t, vboard.Options{Arch: vboard.PiZero, Virtual: true, Files: []vboard.File{
		firmware(t, vboard.PiZero),
		{Path: "/etc/good.toml", From: "../../configs/raspberrypi-fritzbox.toml"},
		{Path: "/etc/bad.toml", Text: "[station]\nring_tim = \"30s\"\n"},
	}})
	t.Log(wantRun(t, b, 0, "v0-virtual", "version"))
	wantRun(t, b, 0, "", "check", "/etc/good.toml")
	wantRun(t, b, 1, "ring_tim", "check", "/etc/bad.toml")
	began := time.Now()
	wantRun(t, b, 0, "", "demo", "-out", "/tmp/visit")
	t.Logf("the demonstration took %v", time.Since(began))
}
