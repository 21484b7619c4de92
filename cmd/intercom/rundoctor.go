package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

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
	if status, ok := parse(flags, args, 0, s); !ok {
		return status * exitDoctorUnknown / exitUsage
	}
	subject := subjectOf(*file)
	report := doctor.Examine(ctx, subject)
	if err := writeReport(s.out, report, *asJSON); err != nil {
		fmt.Fprintf(s.err, "intercom doctor: %v\n", err)
		return exitDoctorUnknown
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
	if !asJSON {
		return r.WriteText(out)
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// subjectOf is this computer with the configuration of a file, or the one that run would take.
func subjectOf(file string) doctor.Subject {
	s := doctor.Subject{Computer: doctor.ThisComputer(), Version: versionLine(), Now: time.Now(), Path: file}
	for _, place := range places() {
		if _, err := os.Stat(place); s.Path == "" && !errors.Is(err, fs.ErrNotExist) {
			s.Path = place
		}
	}
	if s.Path == "" {
		s.Config = configs.Default()
		s.Fault = fmt.Errorf("there is no configuration: none of %s exists", strings.Join(places(), ", "))
		return s
	}
	s.Config, s.Fault = readAsFarAsGood(s.Path)
	return s
}

// readAsFarAsGood reads a configuration; what is at fault in it is at its default.
func readAsFarAsGood(path string) (configs.Config, error) {
	config, err := configs.Load(path)
	if err == nil {
		return config, nil
	}
	var faults configs.Faults
	if text, unread := os.ReadFile(path); unread == nil && errors.As(err, &faults) {
		config, _ = configs.Check(path, text)
		return config, err
	}
	return configs.Default(), err
}
