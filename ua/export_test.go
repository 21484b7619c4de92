package ua

// Allow is what the user agent says that it can do.
const Allow = allow

// Kept counts what the user agent keeps about others.
type Kept struct{ Clients, Servers, Merged, Dialogs, Calls, Lookups, Quiet, Timers, Events, Late, Held int }

// Kept asks the loop.
func (u *UA) Kept() Kept {
	answer := make(chan Kept, 1)
	u.queue.put(func(l *loop) {
		answer <- Kept{len(l.clients), len(l.servers), len(l.merged), len(l.dialogs), len(l.calls), len(l.lookups), len(l.quiet), len(l.timers), len(l.events), len(l.late), l.held}
	})
	return <-answer
}
