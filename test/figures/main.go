// Command figures measures the built binary as a process: how long it takes to register and to answer, what it weighs in
// memory, and what a call costs the processor. It plays the registrar and the caller over UDP on loopback.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	binary := flag.String("binary", "bin/intercom", "the `FILE` to measure")
	talk := flag.Duration("talk", 10*time.Second, "how long the measured call lasts")
	flag.Parse()
	if err := measure(*binary, *talk); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func measure(binary string, talk time.Duration) error {
	info, err := os.Stat(binary)
	if err != nil {
		return fmt.Errorf("%w: run make build first", err)
	}
	report("binary size, not stripped", float64(info.Size())/(1<<20), "MiB")

	peer, err := listen()
	if err != nil {
		return err
	}
	defer peer.close()
	started := time.Now()
	door, err := start(binary, peer.addr(), false)
	if err != nil {
		return err
	}
	if err := peer.register(); err != nil {
		door.stop()
		return err
	}
	report("start to first REGISTER", ms(time.Since(started)), "ms")
	ring, err := peer.ringTimes(door.sip, samples)
	if err != nil {
		return err
	}
	report("INVITE to 180, median of 20", ms(median(ring)), "ms")

	if door, err = restart(door, binary, peer); err != nil {
		return err
	}
	defer door.stop()
	const settle = 2 * time.Second
	time.Sleep(settle)
	report("resident memory, idle", door.residentMiB(), "MiB")
	return measureCalls(door, peer, talk)
}

// samples is how many calls a median is taken of.
const samples = 20

// restart ends the station that rings and starts one that answers by itself.
func restart(old *process, binary string, peer *peer) (*process, error) {
	old.stop()
	door, err := start(binary, peer.addr(), true)
	if err != nil {
		return nil, err
	}
	if err := peer.register(); err != nil {
		door.stop()
		return nil, err
	}
	return door, nil
}

func measureCalls(door *process, peer *peer, talk time.Duration) error {
	var answer []time.Duration
	for range samples {
		c, err := peer.call(door.sip)
		if err != nil {
			return err
		}
		answer = append(answer, c.answered)
		if err := c.hangUp(); err != nil {
			return err
		}
	}
	report("INVITE to 200, median of 20", ms(median(answer)), "ms")

	c, err := peer.call(door.sip)
	if err != nil {
		return err
	}
	before := door.cpu()
	packets := c.talk(talk)
	used := door.cpu() - before
	report("processor in a call", 100*used.Seconds()/talk.Seconds(), "% of one core")
	report("resident memory, in a call", door.residentMiB(), "MiB")
	report("RTP packets from the door a second", float64(packets)/talk.Seconds(), "")
	return c.hangUp()
}

func report(what string, figure float64, unit string) {
	fmt.Printf("%-38s %8.2f %s\n", what, figure, unit)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
