package main

import (
	"log/slog"
	"time"
)

// thisYear is one in which the program was in the making already.
const thisYear = 2026

// warnOfClock says what a clock that has not been set yet is good for. Nothing that the station times itself depends on it.
func warnOfClock(now time.Time, log *slog.Logger) {
	if now.Year() >= thisYear {
		return
	}
	log.Warn("this computer's clock is wrong: until it is set, certificates are refused (TLS), and schedules keep other times. "+
		"A board without a battery needs the network for that: see that systemd-timesyncd or another NTP client runs (timedatectl)", "clock", now)
}
