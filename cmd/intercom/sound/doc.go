// Package sound is what "intercom sound" does with a card: show what it hears, record, play, let people hear themselves,
// test the way from the loudspeaker to the microphone, and work out the gains of a place.
package sound
