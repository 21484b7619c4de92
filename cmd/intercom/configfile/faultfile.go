package configfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"intercom/configs"
)

// FaultPath is the file that tells the faults of a configuration: intercom.fault.txt for intercom.toml.
func FaultPath(path string) string { return strings.TrimSuffix(path, ".toml") + ".fault.txt" }

// TellFault writes what is wrong with a configuration, and what the station does meanwhile, into the file beside it. One that
// says so already is left as it is; where it cannot be written, one that tells the same faults will do.
func TellFault(path string, fault error, meanwhile string) error {
	text := faultText(path, fault, meanwhile)
	there, err := os.ReadFile(FaultPath(path))
	if err == nil && bytes.Equal(there, text) {
		return nil
	}
	if err := replace(FaultPath(path), text); err != nil {
		if _, faults, _ := bytes.Cut(text, []byte(whatIsWrong)); bytes.HasSuffix(there, faults) {
			return nil
		}
		return fmt.Errorf("the faults of the configuration are not told in a file beside it: %w", err)
	}
	return nil
}

// ClearFault removes the file that tells faults, if there is one. It looks first: on a file system that is read-only, removing what is
// not there fails too.
func ClearFault(path string) error {
	if _, err := os.Lstat(FaultPath(path)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.Remove(FaultPath(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the file that told faults cannot be removed, and is no longer true: %w", err)
	}
	return nil
}

// whatIsWrong comes before the faults.
const whatIsWrong = "What is wrong:"

// faultText is for whoever puts the card into another computer, of whatever make: its lines end as on Windows.
func faultText(path string, fault error, meanwhile string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "The intercom cannot use its configuration, %s.\n%s\n\n"+whatIsWrong+"\n\n", filepath.Base(path), meanwhile)
	var faults configs.Faults
	if errors.As(fault, &faults) {
		for _, f := range faults {
			fmt.Fprintf(&b, "- %s, line %d, column %d: %s; %s.\n", filepath.Base(f.File), f.Line, f.Column, f.Text, f.Want)
		}
	} else {
		fmt.Fprintf(&b, "- %s.\n", Plain(fault))
	}
	b.WriteString("\nThis file goes away by itself when the configuration is good again.\n")
	return []byte(strings.ReplaceAll(b.String(), "\n", "\r\n"))
}

// TellOverlooked tells of what Overlooked finds in texts beside it, where whoever has put it there looks. Where there is none no such
// text stays.
func TellOverlooked(places []string, counts string) error {
	overlooked := Overlooked(places, counts)
	var errs []error
	for _, place := range places[:max(0, slices.Index(places, counts))] {
		if !slices.Contains(overlooked, place) {
			errs = append(errs, ClearFault(place))
			continue
		}
		stray := configs.Stray(place)
		fault := fmt.Errorf("%s is not read; %s", filepath.Base(stray), configs.Rename(stray, place))
		errs = append(errs, TellFault(place, fault, "The station goes by "+counts+"."))
	}
	return errors.Join(errs...)
}

// Plain is an error without the names of our packages, which say nothing to a caretaker.
func Plain(err error) string {
	return strings.NewReplacer("board: ", "", "gpioline: ", "", "soundcard: ", "", "sip: ", "").Replace(err.Error())
}

// replace lets nobody find half a file.
func replace(path string, text []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC|syscall.O_NOFOLLOW, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path+".new"))
	}
	return nil
}
