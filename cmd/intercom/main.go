// Command intercom is the firmware of a door station: call buttons, door openers, a light, a microphone and a loudspeaker
// on one side, SIP telephones on the other.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// version is set by the linker.
var version = "unknown"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := dispatch(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(status)
}

// streams are where a subcommand reads and writes.
type streams struct {
	in       *os.File
	out, err io.Writer
}

// The exit statuses, as they are usual on Unix.
const (
	exitOK    = 0
	exitFault = 1 // it was tried and failed
	exitUsage = 2 // it could not be tried: the command line or the configuration is wrong
)

// command is one subcommand. Its run returns an exit status.
type command struct {
	name, args, does string
	run              func(context.Context, []string, streams) int
}

func commands() []command {
	return []command{
		{"run", "[-config FILE] [-script FILE]", "be a door station", runStation},
		{"demo", "[-sound CARD] [-out DIR]", "be a door station on a simulated board, with a telephone to call", runDemo},
		{"phone", "[FLAGS]", "be a telephone that takes commands and tells events, a line each; -h tells more", runPhone},
		{"sound", "[-card CARD] USE", "try a sound card: list, level, record, play, loop, self-test, calibrate", runSound},
		{"rest", "[-config FILE]", "put the relays of a station that has ended to rest", runRest},
		{"guard", "PID LINE...", "put relays to rest when the station ends or hangs: run has one, nobody else needs it", runGuard},
		{"devices", "[-config FILE] [-json]", "list lines and sound cards, and who has taken them", runDevices},
		{"doctor", "[-json] [-bundle FILE]", "look at everything that the station needs, and say what to do", runDoctor},
		{"log", "[-n N] [-since TIME] [-json]", "tell who rang, answered and opened, and how calls sounded", runLog},
		{"audit", "verify", "tell whether that log is as it was written", runAudit},
		{"check", "[-tell] [FILE]", "tell every fault of a configuration", runCheck},
		{"hash", "[-allow-weak]", "make of a door code, typed unseen, what the configuration can hold", runHash},
		{"status", "[-json]", "tell what the station that runs is doing", runStatus},
		{"press", "NAME", "press a button of the station that runs", runAsk("press", 1)},
		{"open", "DOOR", "have it open a door, if its configuration lets programs do so", runAsk("open", 1)},
		{"call", "URI", "have it call somebody", runAsk("call", 1)},
		{"hangup", "", "end what goes on at its door", runAsk("hangup", 0)},
		{"reload", "", "have it read its configuration", runAsk("reload", 0)},
		{"version", "", "tell which version this is", runVersion},
		{"help", "", "tell this", runHelp},
	}
}

func dispatch(ctx context.Context, args []string, s streams) int {
	if len(args) == 0 {
		usage(s.err)
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help":
		return runHelp(ctx, nil, s)
	case "-version", "--version":
		return runVersion(ctx, nil, s)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, args[1:], s)
		}
	}
	fmt.Fprintf(s.err, "intercom: there is no command %q\n\n", args[0])
	usage(s.err)
	return exitUsage
}

func usage(w io.Writer) {
	fmt.Fprint(w, "intercom is the firmware of a door station.\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-47s %s\n", c.line(), c.does)
	}
	fmt.Fprint(w, "\nWithout -config, run takes the first of /boot/firmware/intercom.toml, /boot/intercom.toml and /etc/intercom.toml.\n")
}

func runHelp(_ context.Context, _ []string, s streams) int {
	usage(s.out)
	return exitOK
}

func runVersion(_ context.Context, _ []string, s streams) int {
	fmt.Fprintln(s.out, versionLine())
	return exitOK
}

// newFlags makes the flag set of a subcommand, whose -h tells what it is, as help does.
func newFlags(name string, s streams) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(s.err)
	flags.Usage = func() {
		c := commandOf(name)
		fmt.Fprintf(s.err, "%s: %s\n", c.line(), c.does)
		flags.PrintDefaults()
	}
	return flags
}

func commandOf(name string) command {
	all := commands()
	return all[slices.IndexFunc(all, func(c command) bool { return c.name == name })]
}

// line is what is typed.
func (c command) line() string { return strings.TrimSpace("intercom " + c.name + " " + c.args) }

// parse reads flags and as many arguments as the subcommand wants; if it returns false, the status is to be returned.
func parse(flags *flag.FlagSet, args []string, want int, s streams) (status int, ok bool) {
	return parseFrom(flags, args, want, want, s)
}

// parseFrom is for a subcommand that has arguments which may be left away.
func parseFrom(flags *flag.FlagSet, args []string, least, most int, s streams) (status int, ok bool) {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK, false
		}
		return exitUsage, false
	}
	if flags.NArg() < least || flags.NArg() > most {
		fmt.Fprintf(s.err, "intercom %s: want %q, not %q behind it\n", flags.Name(), commandOf(flags.Name()).line(), flags.Args())
		return exitUsage, false
	}
	return exitOK, true
}
