package main

import (
	"context"
	"errors"
	"fmt"

	"intercom/cmd/intercom/configfile"
	"intercom/configs"
)

// whateverRuns is what the station does while its file is at fault, for who does not know which it is.
const whateverRuns = "The station goes on with the configuration that was good last; if there never was one, it rings nobody and opens no door until this is mended."

// runCheck tells all faults of a configuration at once, a line each.
func runCheck(_ context.Context, args []string, s streams) int {
	flags := newFlags("check", s)
	tell := flags.Bool("tell", false, "write the faults into a text beside the file, and take that away if there are none, as the station does")
	if status, ok := parseFrom(flags, args, 0, 1, s); !ok {
		return status
	}
	where := places()
	if flags.NArg() == 1 {
		where = flags.Args()
	}
	file, _ := configfile.Find(where)
	for _, place := range configfile.Overlooked(where, file) {
		stray := configs.Stray(place)
		fmt.Fprintf(s.err, "%s: it is not read; %s\n", stray, configs.Rename(stray, place))
	}
	fault := check(file, s)
	var untold error
	if *tell {
		untold = errors.Join(configfile.TellOverlooked(where, file), tellOrClear(file, fault))
	}
	for _, err := range []error{fault, untold} {
		if err != nil {
			fmt.Fprintln(s.err, err)
		}
	}
	if fault != nil || untold != nil {
		return exitFault
	}
	return exitOK
}

// check says what is well, and returns what is not.
func check(file string, s streams) error {
	files, err := configs.Read(file)
	if err != nil {
		return err
	}
	config, faults := files.Check()
	if len(faults) > 0 {
		return faults
	}
	for _, remark := range remarks(files, config) {
		fmt.Fprintln(s.err, remark)
	}
	fmt.Fprintf(s.out, "%s is good\n", file)
	return nil
}

func tellOrClear(file string, fault error) error {
	if fault == nil {
		return configfile.ClearFault(file)
	}
	return configfile.TellFault(file, fault, whateverRuns)
}

// remarks are what is better otherwise in a configuration that is good.
func remarks(files configs.Files, config configs.Config) []string {
	var all []string
	say := func(format string, args ...any) { all = append(all, files.Path+": "+fmt.Sprintf(format, args...)) }
	if warning := files.Warning(); warning != "" {
		all = append(all, warning)
	}
	for _, a := range config.Accounts {
		if remark := a.Remark(); remark != "" {
			say("account %q: %s", a.Name, remark)
		}
	}
	for _, owner := range config.Station.InPlain() {
		say("the code of %s can be read here; \"intercom hash\" makes of it what cannot", owner)
	}
	return all
}
