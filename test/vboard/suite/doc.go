// Package suite holds the kernel's lines of a virtual board to the suite that every board must pass. Its test runs on the board, where
// a process outside presses the buttons and tells the levels; on any other computer it is left out.
package suite
