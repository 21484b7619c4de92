package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionLine names the version, what it was built with and for.
func versionLine() string {
	sound := "without sound cards (no cgo)"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "CGO_ENABLED" && s.Value == "1" {
				sound = "with miniaudio"
			}
		}
	}
	return fmt.Sprintf("intercom %s, %s %s/%s, %s", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, sound)
}
