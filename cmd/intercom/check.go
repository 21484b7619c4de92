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
	files, err := configs.Read(file)
	if err != nil {
		fmt.Fprintln(s.err, err)
		return exitFault
	}
	config, faults := files.Check()
	if len(faults) > 0 {
		fmt.Fprintln(s.err, faults)
		return exitFault
	}
	if warning := files.Warning(); warning != "" {
		fmt.Fprintln(s.err, warning)
	}
	for _, owner := range config.Station.InPlain() {
		fmt.Fprintf(s.err, "%s: the code of %s can be read here; \"intercom hash\" makes of it what cannot\n", file, owner)
	}
	fmt.Fprintf(s.out, "%s is good\n", file)
	return exitOK
}
