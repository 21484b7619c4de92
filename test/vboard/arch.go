package vboard

// Arch is a kind of board: Debian's name of its architecture.
type Arch string

// The boards.
const (
	ARM64  Arch = "arm64"
	ARMHF  Arch = "armhf"
	PiZero Arch = "armel" // ARMv6
	AMD64  Arch = "amd64"
)

// kind is how a board is built and started.
type kind struct {
	qemu    string
	machine []string
	console string // the kernel's name of the serial port
	goarch  string
	build   string // what board/release/build.sh calls it
	lines   bool   // it has a GPIO chip that can be watched
	network string // device that carries QEMU's user network
	modules []string
	cmdline string // more of the kernel's
}

func (a Arch) kind() kind {
	virtio := []string{"virtio_mmio", "virtio_net"}
	switch a {
	case ARM64:
		return kind{"qemu-system-aarch64", []string{"-M", "virt", "-cpu", "cortex-a53", "-m", "256"}, "ttyAMA0", "arm64", "arm64", true, "virtio-net-device", virtio, ""}
	case ARMHF:
		return kind{"qemu-system-arm", []string{"-M", "virt", "-cpu", "cortex-a7", "-m", "256"}, "ttyAMA0", "arm", "armv7", true, "virtio-net-device", virtio, ""}
	case PiZero:
		// The driver waits for ever for an answer of the power controller, which QEMU does not have.
		return kind{"qemu-system-arm", []string{"-M", "raspi0"}, "ttyAMA0", "arm", "armv6", false, "", nil, "initcall_blacklist=bcm2835_power_driver_init"}
	case AMD64:
		return kind{"qemu-system-x86_64", []string{"-M", "q35", "-m", "512"}, "ttyS0", "amd64", "amd64", false, "virtio-net-pci", []string{"virtio_pci", "virtio_net"}, ""}
	}
	return kind{}
}

// goarm is the variable GOARM of a board, empty if it has none.
func (a Arch) goarm() string {
	switch a {
	case ARMHF:
		return "7"
	case PiZero:
		return "6"
	}
	return ""
}

// Line is one of the eight lines of an ARM board's GPIO chip, by what a door station is wired to.
type Line int

// The lines.
const (
	Bell Line = iota
	Garden
	Contact
	Exit
	Relay1
	Relay2
	LED
	Tamper
)

// String is the kernel's name of the line.
func (l Line) String() string {
	return [...]string{"BELL", "GARDEN", "CONTACT", "EXIT", "RELAY1", "RELAY2", "LED", "TAMPER"}[l]
}
