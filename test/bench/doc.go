// Package bench measures our SIP messages beside sipgo's on one and the same INVITE. It is a module of its own so that
// sipgo never becomes a dependency of the firmware.
package bench
