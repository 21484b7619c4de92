// Command crosscheck works sound through every block and writes what comes out, so that one processor's results can be held
// against another's: codecs and packets must be the same bit for bit, what works in floating point within a small bound.
//
//	crosscheck > FILE
package main

import (
	"encoding/gob"
	"fmt"
	"os"
)

// Result is what came out of one block.
type Result struct {
	Name, Kind string
	Out        []int16 // samples, or octets
}

// The kinds of results.
const (
	exact    = "exact"    // integer arithmetic: the same everywhere
	floating = "floating" // as the processor rounds
	adaptive = "adaptive" // the same, and what comes out is fed back
)

func main() {
	if err := gob.NewEncoder(os.Stdout).Encode(results()); err != nil {
		fmt.Fprintln(os.Stderr, "crosscheck:", err)
		os.Exit(1)
	}
}
