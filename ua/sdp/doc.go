// Package sdp reads and writes session descriptions (RFC 8866) and agrees on
// a session by offer and answer (RFC 3264), for one audio stream with
// telephone-event and comfort noise, over RTP or over SRTP with keys in the
// description (RFC 4568). Everything else that a peer offers is refused line by
// line, in order, so that the rest of its offer still counts.
package sdp
