//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// kill kills every process of the program under test whose first argument is a word, such as "guard", as soon as there is one.
func kill(args []string) error {
	pids, err := find(args[0])
	for _, pid := range pids {
		err = errors.Join(err, syscall.Kill(pid, syscall.SIGKILL))
	}
	return err
}

// await waits until there is such a process.
func await(args []string) error {
	_, err := find(args[0])
	return err
}

func find(word string) (pids []int, err error) {
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(10 * time.Millisecond) {
		lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
		if err != nil {
			return nil, err
		}
		for _, path := range lines {
			text, _ := os.ReadFile(path) // it may have ended meanwhile
			words := bytes.Split(text, []byte{0})
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil && len(words) > 1 &&
				filepath.Base(string(words[0])) == "intercom" && string(words[1]) == word {
				pids = append(pids, pid)
			}
		}
		if len(pids) > 0 {
			return pids, nil
		}
	}
	return nil, fmt.Errorf("no process %q within a minute", word)
}
