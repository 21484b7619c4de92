// Package echo measures our echo canceller beside Debian's libspeexdsp on one and the same call. It needs cgo and
// libspeexdsp-dev, so it is left out unless asked for:
//
//	go test -tags speexdsp -run '^$' -bench . ./echo
package echo
