// Package sip reads and writes SIP messages (RFC 3261 §7, §19, §20, §25). It does no I/O and keeps no state.
//
// A [Message] is a start line, an ordered list of header fields and a body. The list is the only truth: typed values
// ([Via], [Address], [CSeq], [URI]) are read from it on demand and are plain structs whose strings share the copy of the
// datagram that [Parse] made, so reading them allocates nothing.
//
// Parse refuses only what it cannot frame: where the start line, the header fields or the body begin and end. Everything
// else parses, and [Validate] names the status that the fault is owed, because a request that was refused unparsed could
// not be answered.
package sip
