// Package halfduplex lets two sides speak in turns where the echo cannot be cancelled: a loudspeaker that rattles, a microphone that is cut
// off by it, a card that loses time. Then who speaks first is heard and the other is turned down, as intercoms have always done.
//
// A Judge (judge.go) finds out whether that is needed: what is left after the echo canceller rises and falls with the far end's sound, and
// is hardly less than what the microphone heard. A near talker does neither, so a headset or double talk does not look like that. It takes
// seconds to decide, and more to be convinced of the contrary. A Switch (switch.go) gives the turns.
//
// Everything is in blocks of 10 ms and allocates nothing.
package halfduplex

// active is the level in dBFS from which the far end counts as speaking.
const active = -50.0
