// Package wire has no code of its own: its tests play SIP word by word over loopback sockets against the built "intercom
// phone", lead it by its commands and hear its events. A judge reads along: every message that the phone sends is held against
// RFC 3261, whatever the test itself looks at.
//
// Every phone and every peer has an address of its own in 127.77.0.0/16, so that all tests run side by side and two runs
// of the suite do not disturb each other.
package wire
