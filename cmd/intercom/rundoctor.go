package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"intercom/cmd/intercom/configfile"
	"intercom/cmd/intercom/doctor"
	"intercom/configs"
)

// The exit statuses of doctor are those of monitoring plugins, so that it can be one.
const (
	exitDoctorWarning = 1
	exitDoctorFault   = 2
	exitDoctorUnknown = 3 // it could not be looked
)

// runDoctor looks at everything that the station needs, and says what to do.
func runDoctor(ctx context.Context, args []string, s streams) int {
	flags := newFlags("doctor", s)
	file := flags.String("config", "", "the configuration `FILE`; without, that of run")
	asJSON := flags.Bool("json", false, "write JSON")
	bundle := flags.String("bundle", "", "write a report without passwords and codes to `FILE`, a .tar.gz to send to who helps")
	names := flags.Bool("names", false, "keep the names for logging in, in the report of -bundle")
	if status, ok := parse(flags, args, 0, s); !ok {
		return status * exitDoctorUnknown / exitUsage
	}
	subject := subjectOf(*file)
	report := doctor.Examine(ctx, subject)
	if err := writeReport(s.out, report, *asJSON); err != nil {
		fmt.Fprintf(s.err, "intercom doctor: %v\n", err)
		return exitDoctorUnknown
	}
	if *bundle != "" {
		if err := doctor.Bundle(*bundle, subject, report, *names); err != nil {
			fmt.Fprintf(s.err, "intercom doctor: the report: %v\n", err)
			return exitDoctorUnknown
		}
		fmt.Fprintf(s.err, "%s has no passwords and no codes in it; look before you send it.\n", *bundle)
	}
	switch report.Worst {
	case doctor.Fault:
		return exitDoctorFault
	case doctor.Warning:
		return exitDoctorWarning
	}
	return exitOK
}

func writeReport(out io.Writer, r doctor.Report, asJSON bool) error {
	if asJSON {
		return writeJSON(out, r)
	}
	return r.WriteText(out)
}

// subjectOf is this computer with the configuration of a file, or the one that run would take.
func subjectOf(file string) doctor.Subject {
	s := doctor.Subject{Computer: doctor.ThisComputer(), Version: versionLine(), Now: time.Now(), Path: file, Config: configs.Default()}
	if s.Path == "" {
		path, found := configfile.Find(places())
		s.Overlooked = configfile.Overlooked(places(), path)
		if !found && configs.Stray(path) == "" {
			s.Fault = fmt.Errorf("there is no configuration: none of %s exists", strings.Join(places(), ", "))
			return s
		}
		s.Path = path
	}
	var faults configs.Faults
	if s.Source, s.Fault = configs.Read(s.Path); s.Fault != nil {
		return s
	}
	if s.Config, faults = s.Source.Check(); len(faults) > 0 { // what is at fault is at its default
		s.Fault = faults
	}
	return s
}
