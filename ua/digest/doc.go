// Package digest is HTTP Digest authentication as SIP uses it (RFC 3261 §22): RFC 7616 and RFC 8760 with MD5, SHA-256 and
// SHA-512/256, their -sess variants, qop auth and auth-int, and the older forms of RFC 2617 and RFC 2069 (no qop).
//
// [Client] answers challenges, [Server] makes them and verifies the answers. Neither does I/O nor reads a clock, and
// neither is safe for concurrent use: each belongs to one loop.
package digest
