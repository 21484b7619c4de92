//go:build linux

// Command bench is what stands around a door station on a virtual board, and is on the board itself: a mouth and an ear on the far
// side of a loopback card, a boot loader that has set a line, a hand that fetches a file or kills a
// process.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	uses := map[string]struct {
		args int
		do   func(args []string) error
	}{
		"drive": {2, drive},
		"talk":  {3, talk},
		"echo":  {1, echo},
		"copy":  {2, overwrite},
		"kill":  {1, kill},
		"await": {1, await},
		"fetch": {2, fetch},
	}
	if len(args) == 0 {
		return fmt.Errorf("nothing to do")
	}
	use, ok := uses[args[0]]
	if !ok || len(args) != use.args+1 {
		return fmt.Errorf(`%q: want "drive LINE high|low", "talk SAY.wav HEARD.wav SECONDS", "echo SECONDS", "copy FROM TO", "kill WORD", "await WORD" or "fetch FILE ADDRESS"`, args)
	}
	return use.do(args[1:])
}
