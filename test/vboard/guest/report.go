//go:build linux

package main

import (
	"io"
	"sync"
	"time"

	"intercom/test/vboard/orders"

	"golang.org/x/sys/unix"
)

// reporter writes reports one at a time.
type reporter struct {
	mu sync.Mutex
	w  io.Writer
}

func newReporter(w io.Writer) *reporter { return &reporter{w: w} }

// send stamps a report and writes it. A console that cannot be written to leaves nobody to tell.
func (r *reporter) send(m orders.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m.Up = uptime()
	_ = orders.Write(r.w, m)
}

func uptime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}
