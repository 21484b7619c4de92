//go:build linux

// Command guest is the first process of a virtual board. It mounts what Linux needs, loads the modules that are in the initramfs,
// brings the network up, and then starts and ends programs as the tests order over the console.
package main

import (
	"fmt"
	"os"

	"intercom/test/vboard/orders"
)

func main() {
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "guest: this is the first process of a virtual board, for go test ./test/vboard")
		os.Exit(2)
	}
	reports := newReporter(os.Stdout)
	for _, step := range []func() error{mountAll, rawConsole, loadModules, networkUp} {
		if err := step(); err != nil {
			reports.send(orders.Report{What: orders.Failed, Text: err.Error()})
			select {} // PID 1 must not end
		}
	}
	h := newHouse(reports)
	reports.send(orders.Report{What: orders.Ready})
	err := h.obey(os.Stdin)
	reports.send(orders.Report{What: orders.Failed, Text: fmt.Sprintf("the console cannot be read any more: %v", err)})
	select {}
}
