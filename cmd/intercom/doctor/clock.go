package doctor

import (
	"context"
	"strings"
	"time"
)

// earliest is before any time at which this program can run.
var earliest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// clock tells whether the time is right: certificates are judged by it, schedules follow it.
func clock(_ context.Context, s Subject) []Finding {
	const id = "network.clock"
	do := "sudo timedatectl set-ntp true, and let UDP port 123 out; without internet name the router in /etc/systemd/timesyncd.conf (NTP=)."
	if s.Now.Before(earliest) {
		harm := "schedules and the log are wrong"
		if s.usesTLS() {
			harm = "every certificate is refused as not yet valid, so nothing is registered by TLS; schedules and the log are wrong too"
		}
		return []Finding{fault(id, do, "The clock says %s: %s.", s.Now.Format(time.DateOnly), harm)}
	}
	followed, err := s.Synced()
	said := s.Now.Format("2006-01-02 15:04:05 MST")
	switch {
	case err != nil:
		return []Finding{skipped(id, "timedatectl", "The kernel does not tell whether the clock is kept: %v", err)}
	case !followed && !s.exists("run/systemd/timesync/synchronized"):
		return []Finding{warning(id, do, "The clock says %s, and no time server keeps it right.", said)}
	}
	return []Finding{ok(id, "clock: %s, kept by a time server", said)}
}

// usesTLS tells whether an account goes by TLS.
func (s Subject) usesTLS() bool {
	for _, a := range s.Config.Accounts {
		for _, uri := range []string{a.AOR, a.Registrar, a.Proxy} {
			if uri = strings.ToLower(uri); strings.HasPrefix(uri, "sips:") || strings.Contains(uri, "transport=tls") {
				return true
			}
		}
	}
	return false
}
