package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestAClockThatHasNotBeenSet(t *testing.T) {
	for now, want := range map[time.Time]bool{
		time.Unix(0, 0): true,
		time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC): true,
		time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC):   false,
		time.Date(2038, 1, 20, 0, 0, 0, 0, time.UTC):  false,
	} {
		var said strings.Builder
		warnOfClock(now, slog.New(slog.NewTextHandler(&said, nil)))
		if strings.Contains(said.String(), "timedatectl") != want {
			t.Errorf("%v: %q", now, said.String())
		}
	}
}
