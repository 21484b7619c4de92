package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"intercom/cmd/intercom/control"
)

// runAsk is a subcommand that says one line to the station that runs: the command and what it is about, if it is about
// anything.
func runAsk(name string, words int) func(context.Context, []string, streams) int {
	return func(ctx context.Context, args []string, s streams) int {
		flags := newFlags(name, s)
		socket := flags.String("socket", foundSocket(), "ask at this unix socket, a `PATH`")
		if code, ok := parse(flags, args, words, s); !ok {
			return code
		}
		_, code := askStation(ctx, *socket, strings.Join(append([]string{name}, flags.Args()...), " "), s)
		return code
	}
}

// runStatus tells what the station is doing.
func runStatus(ctx context.Context, args []string, s streams) int {
	flags := newFlags("status", s)
	socket := flags.String("socket", foundSocket(), "ask at this unix socket, a `PATH`")
	asJSON := flags.Bool("json", false, "tell it in JSON")
	if code, ok := parse(flags, args, 0, s); !ok {
		return code
	}
	reply, code := askStation(ctx, *socket, "status", s)
	if code != exitOK {
		return code
	}
	if *asJSON {
		fmt.Fprintf(s.out, "%s\n", reply.Status)
		return exitOK
	}
	var now status
	if err := json.Unmarshal(reply.Status, &now); err != nil {
		fmt.Fprintln(s.err, "intercom status: what the station says is not understood:", err)
		return exitFault
	}
	now.print(s.out)
	return exitOK
}

func askStation(ctx context.Context, socket, line string, s streams) (control.Reply, int) {
	reply, err := control.Ask(ctx, socket, line)
	if err != nil {
		fmt.Fprintln(s.err, err)
		return reply, exitFault
	}
	if !reply.OK {
		fmt.Fprintln(s.err, reply.Error)
		return reply, exitFault
	}
	return reply, exitOK
}

// print tells a status in words, a line for each thing.
func (now status) print(w io.Writer) {
	fmt.Fprintf(w, "%-10s %s, version %s, running for %v\n", "station", now.State, now.Version, time.Duration(now.Uptime*float64(time.Second)))
	if now.Locked {
		fmt.Fprintf(w, "%-10s too many were wrong: none is looked at for a while\n", "codes")
	}
	if now.Tampered {
		fmt.Fprintf(w, "%-10s the housing was opened: doors stay shut\n", "housing")
	}
	for _, a := range now.Accounts {
		fmt.Fprintf(w, "%-10s %s: %s\n", "account", a.Name, either(a.Registered, "registered", "not registered"))
	}
	for _, d := range now.Doors {
		fmt.Fprintf(w, "%-10s %s: %s\n", either(d.Light, "light", "door"), d.Name, d)
	}
	for _, c := range now.Calls {
		fmt.Fprintf(w, "%-10s %s with %q: %s\n", "call", c.Call, c.Peer, c)
	}
	for _, kind := range slices.Sorted(maps.Keys(now.Counts)) {
		fmt.Fprintf(w, "%-10s %s: %d\n", "so far", kind, now.Counts[kind])
	}
}

// String is how the door is: its lock and, where a contact tells, the door itself.
func (d doorStatus) String() string {
	switch {
	case d.Light:
		return either(d.Open, "on", "off")
	case d.Ajar == nil:
		return either(d.Open, "unlocked", "locked")
	}
	return either(d.Open, "unlocked, ", "locked, ") + either(*d.Ajar, "stands open", "shut")
}

// String is how a call is and, once there is sound in it, how that is.
func (c callStatus) String() string {
	if c.Codec == "" {
		return c.State
	}
	return fmt.Sprintf("%s, %d packets heard, %d lost, MOS %.1f", c.State, c.Received, c.Lost, c.MOS)
}

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
