// Package vboard boots virtual boards: a stock Debian kernel in QEMU, with an initramfs that holds the programs under test. It is
// the bench of tests that need a real kernel: GPIO lines, sound cards, a watchdog, a process that is killed.
//
//	b := vboard.Boot(t, vboard.Options{
//		Arch:    vboard.ARM64,
//		Modules: []string{"snd-aloop"},
//		Files:   []vboard.File{{Path: "/bin/intercom", From: vboard.Intercom(t, vboard.ARM64), Program: true}},
//	})
//	out, status := b.Run("/bin/intercom", "sound", "list")     // a command that ends
//	p := b.Start("/bin/intercom", "run", "-config", "/etc/x")  // one that stays
//	p.Await("the station starts", time.Minute)
//	b.Set(vboard.Bell, true)                                   // a hand on a button
//	relay := b.AwaitEdge(vboard.Relay1, 0, time.Minute)        // an instrument on a line: the first edge since power on
//
// Boot skips the test where QEMU or the kernel is not there; setup.sh, run by "make board-test", fetches both. Whatever goes wrong on
// the way (a message that cannot be read, a board that ends) fails the test at once, with the board's console in its log.
//
// ARM boards are QEMU's "virt" with a PL061 of eight lines, in real time or, with Virtual, in a time that passes with the instructions:
// then a busy computer disturbs nothing, and waiting takes no time. AMD64 ("q35") has no lines but every card that QEMU has; more of
// the machine is added by Machine, such as {"-device", "intel-hda", "-device", "hda-duplex"}. PiZero is a Raspberry Pi Zero without
// lines and sound.
package vboard
