package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"time"

	"intercom/cmd/intercom/audit"
	"intercom/configs"
)

// stateFlag is where a subcommand looks for what a station keeps.
func stateFlag(flags *flag.FlagSet) *string {
	return flags.String("dir", configs.DefaultStateDir, "the `FOLDER` that [state] names")
}

// runLog tells what has happened at the door.
func runLog(_ context.Context, args []string, s streams) int {
	flags := newFlags("log", s)
	dir := stateFlag(flags)
	last := flags.Int("n", 0, "only the last `N` records")
	since := flags.Duration("since", 0, "only the records of this `TIME` up to now, such as 24h")
	asJSON := flags.Bool("json", false, "write JSON, a line a record")
	if status, ok := parse(flags, args, 0, s); !ok {
		return status
	}
	var from time.Time
	if *since > 0 {
		from = time.Now().Add(-*since)
	}
	records, err := tail(*dir, from, *last)
	for _, r := range records {
		write := func() error { return audit.Print(s.out, r, time.Local) }
		if *asJSON {
			write = func() error { return json.NewEncoder(s.out).Encode(r) }
		}
		if err := write(); err != nil {
			fmt.Fprintln(s.err, err)
			return exitFault
		}
	}
	if err != nil {
		fmt.Fprintf(s.err, "intercom log: %v\n", err)
		return exitFault
	}
	return exitOK
}

// tail is the log from a time on, or the last n records of it where n is not 0.
func tail(dir string, from time.Time, n int) ([]audit.Record, error) {
	var kept []audit.Record
	_, err := audit.Read(dir, func(r audit.Record) bool {
		if !r.Time.Before(from) {
			kept = append(kept, r)
		}
		if n > 0 && len(kept) > n {
			kept = kept[1:]
		}
		return true
	})
	return kept, err
}

// runAudit tells whether the log is as it was written.
func runAudit(_ context.Context, args []string, s streams) int {
	flags := newFlags("audit", s)
	dir := stateFlag(flags)
	if len(args) > 0 && args[0] == "verify" { // flags are as good behind it
		args = append(slices.Clone(args[1:]), args[0])
	}
	if status, ok := parse(flags, args, 1, s); !ok {
		return status
	}
	if flags.Arg(0) != "verify" {
		fmt.Fprintf(s.err, "intercom audit: there is no %q; verify is what it can do\n", flags.Arg(0))
		return exitUsage
	}
	report, err := audit.Verify(*dir)
	if err != nil {
		fmt.Fprintf(s.err, "the audit log is NOT as it was written: %v\n%d records before that are in order.\n", err, report.Records)
		return exitFault
	}
	if report.Records == 0 {
		fmt.Fprintf(s.out, "There is nothing in the audit log of %s.\n", *dir)
		return exitOK
	}
	fmt.Fprintf(s.out, "The audit log is as it was written: %d records from %s to %s.\n", report.Records,
		report.First.Local().Format(time.DateTime), report.Last.Local().Format(time.DateTime))
	fmt.Fprintf(s.out, "Record %d has the sum %s; noted down elsewhere, it shows later whether all of this is still there.\n", report.N, report.Sum)
	if report.Torn {
		fmt.Fprintln(s.out, "One more is unfinished: it is being written, or the power went; the station sees to it when it starts.")
	}
	return exitOK
}

// journal is the audit log of a running station, which goes on when another configuration is taken.
type journal struct{ *audit.Log }

// open begins or goes on with the log that a configuration wants; nil is none.
func (j *journal) open(c configs.Config, o audit.Options) error {
	if j.Log != nil || o.Dir == "" || c.State.AuditSize == 0 {
		return nil
	}
	o.Limit = int64(c.State.AuditSize) << 10
	var err error
	if j.Log, err = audit.Open(o); err == nil {
		j.Add(time.Now(), audit.Entry{Kind: audit.Started, Reason: version})
	}
	return err
}

func (j *journal) add(at time.Time, e audit.Entry) {
	if j.Log != nil {
		j.Add(at, e)
	}
}

func (j *journal) close() error {
	if j.Log == nil {
		return nil
	}
	j.Add(time.Now(), audit.Entry{Kind: audit.Stopped})
	return j.Log.Close()
}
