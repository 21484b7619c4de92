// Package ua is the SIP user agent of the door station (RFC 3261): it
// registers accounts, places and takes calls, and tells its owner what happens.
//
// One goroutine, that of UA.Run, owns all transactions, dialogs and
// registrations; it wakes for datagrams, for commands of the owner, for
// look-ups that have come back, and for the earliest deadline. The owner never
// waits for it: commands go into a queue, events come out of a channel that is
// fed from a slice.
package ua
