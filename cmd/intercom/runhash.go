package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"intercom/cmd/intercom/station"
)

// runHash makes of a code what a configuration can hold without telling it. The code comes from the terminal, twice and unseen, or
// from a pipe; never from the command line, which every user of the computer can read.
func runHash(_ context.Context, args []string, s streams) int {
	flags := newFlags("hash", s)
	weak := flags.Bool("allow-weak", false, "take a code that is guessed first")
	if status, ok := parse(flags, args, 0, s); !ok {
		return status
	}
	code, err := readCode(s)
	if err != nil {
		fmt.Fprintf(s.err, "intercom hash: %v\n", err)
		return exitUsage
	}
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails: crypto/rand
	text, err := station.HashCode(station.Code(code), salt, *weak)
	if err != nil {
		fmt.Fprintf(s.err, "intercom hash: %v\n", err)
		return exitFault
	}
	fmt.Fprintf(s.out, "code = %q\n", text)
	return exitOK
}

func readCode(s streams) (string, error) {
	if !term.IsTerminal(int(s.in.Fd())) {
		return readLine(s.in)
	}
	first, err := ask(s, "The code: ")
	if err != nil {
		return "", err
	}
	second, err := ask(s, "Once more: ")
	if err == nil && first != second {
		err = errors.New("the two are not the same")
	}
	return first, err
}

// ask reads a line from the terminal that it does not show.
func ask(s streams, question string) (string, error) {
	fmt.Fprint(s.err, question)
	line, err := term.ReadPassword(int(s.in.Fd()))
	fmt.Fprintln(s.err)
	return string(line), err
}

// readLine reads the one line that a pipe holds.
func readLine(from io.Reader) (string, error) {
	const most = 64
	line, err := bufio.NewReader(io.LimitReader(from, most)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("the code cannot be read: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
