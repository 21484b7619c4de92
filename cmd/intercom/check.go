package main

import (
	"context"
	"fmt"

	"intercom/configs"
)

// runCheck tells all faults of a configuration at once, a line each.
func runCheck(_ context.Context, args []string, s streams) int {
	flags := newFlags("check", s)
	if status, ok := parse(flags, args, 1, s); !ok {
		return status
	}
	file := flags.Arg(0)
	if _, err := configs.Load(file); err != nil {
		fmt.Fprintln(s.err, err)
		return exitFault
	}
	fmt.Fprintf(s.out, "%s is good\n", file)
	return exitOK
}
