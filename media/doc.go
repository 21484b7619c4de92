// Package media carries the sound of calls. An Engine owns one open pair of loudspeaker and microphone and mixes everything
// that is heard: the far ends of calls, tones, spoken prompts. A Stream is one call's RTP session (RFC 3550) with the
// profile for audio of RFC 3551, digits by RFC 4733, the peer's silences by RFC 3389, and reports by RTCP, with the VoIP metrics of
// RFC 3611.
//
// The card's clock is the clock of the audio path: once a period the card calls the engine, which pulls every stream's jitter
// buffer, fills the loudspeaker's block, and hands the microphone's block to the streams, which send their packets from the
// same call. Nothing on that path allocates or waits for the network. One goroutine a socket reads what arrives.
package media
