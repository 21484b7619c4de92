// Package call joins SIP calls to media streams. The user agent knows nothing of sound and the media engine nothing of
// SIP; what must cross between them, an address or a payload type, crosses here as plain values.
package call
