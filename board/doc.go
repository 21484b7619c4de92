// Package board is one door station's hardware as the rest of the program sees it: buttons that are pressed, doors that
// open for a while, contacts that tell of a door or of the housing, a status light that shows a pattern and one sound card.
// What differs between a real and a simulated board is only where the lines and the card come from.
package board
