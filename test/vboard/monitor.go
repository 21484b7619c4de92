package vboard

import "time"

// Monitor has QEMU obey a command of its monitor for people, and returns what it says: "wavcapture FILE a 48000 16 2" records what sound
// cards play on -audiodev a.
func (b *Board) Monitor(command string) string {
	b.t.Helper()
	var said string
	if err := b.qmp.do("human-monitor-command", map[string]any{"command-line": command}, &said); err != nil {
		b.t.Fatal(err)
	}
	return said
}

// Plug puts a device into the running machine: "usb-audio", with what QEMU calls its properties.
func (b *Board) Plug(driver, id string, properties map[string]any) {
	b.t.Helper()
	arguments := map[string]any{"driver": driver, "id": id}
	for name, value := range properties {
		arguments[name] = value
	}
	if err := b.qmp.do("device_add", arguments, nil); err != nil {
		b.t.Fatal(err)
	}
}

// Unplug pulls a device out of the running machine, and waits until the board has let go of it.
func (b *Board) Unplug(id string) {
	b.t.Helper()
	const gone = "DEVICE_DELETED"
	before := 0
	all, _ := b.events.read(0)
	for _, e := range all {
		if e == gone {
			before++
		}
	}
	if err := b.qmp.do("device_del", map[string]any{"id": id}, nil); err != nil {
		b.t.Fatal(err)
	}
	b.AwaitEvent(gone, before, time.Minute)
}
