package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
)

// idFiles are where a device says which one it is. The serial number of the board comes first: an SD card may be a copy of
// another's, with its machine-id(5).
func idFiles() []string {
	return []string{"sys/firmware/devicetree/base/serial-number", "etc/machine-id", "var/lib/dbus/machine-id", "sys/class/dmi/id/product_uuid"}
}

// deviceID is what tells this device from all others across restarts; "" if nothing does. root is "/".
func deviceID(root string) string {
	for _, file := range idFiles() {
		text, err := os.ReadFile(filepath.Join(root, file))
		// machine-id(5): "uninitialized" is what a system has that was never started.
		if id := strings.Trim(string(text), "\x00 \t\r\n"); err == nil && id != "" && id != "uninitialized" && strings.Trim(id, "0") != "" {
			return id
		}
	}
	return firstHardwareAddr()
}

// firstHardwareAddr is the address of the first network card that was not made up.
func firstHardwareAddr() string {
	cards, err := net.Interfaces()
	if err != nil {
		return ""
	}
	const locallyAdministered = 2 // in the first octet (IEEE 802)
	for _, c := range cards {
		if len(c.HardwareAddr) == 6 && c.HardwareAddr[0]&locallyAdministered == 0 && strings.Trim(c.HardwareAddr.String(), "0:") != "" {
			return c.HardwareAddr.String()
		}
	}
	return ""
}
