// Package jitter plays sound that arrives in packets at uneven times. A Buffer puts packets in order and decides, sample clock
// by sample clock, what comes next: a packet, an invented piece for one that is missing, or silence. A Player decodes what the
// Buffer decides, conceals what is missing, and lets the delay grow and shrink without a break in the sound.
//
// The delay follows the network. Every packet's transit time, relative to the fastest of the last seconds, goes into a
// histogram that forgets; the delay aimed at covers 97 % of it, and 98.5 % while that takes no more than 45 ms. When the network stalls
// what is held is stretched, so that less has to be invented. Both clocks, the sender's and the card's, are measured by
// the same moving minimum, so that their drift against each other is only one more reason to adapt.
//
// A sender may say nothing for a while: because it sends a key or describes its silence, or without a word. As long as no sequence
// number is missing, nothing is.
//
// A packet that is late is played late, and the delay grows by that much; a packet that is lost is not waited for. Time is
// counted in ticks of the RTP clock. All types are plain values stepped with the time; none is safe for concurrent use.
package jitter
