//go:build linux

package main

import (
	"errors"
	"io"
	"net"
	"os"
)

// fetch sends a file to whoever listens at an address.
func fetch(args []string) error {
	f, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	c, err := net.Dial("tcp", args[1])
	if err != nil {
		return err
	}
	_, err = io.Copy(c, f)
	return errors.Join(err, c.Close())
}
