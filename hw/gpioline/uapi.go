package gpioline

import (
	"bytes"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The kernel's structures, include/uapi/linux/gpio.h. Each field is aligned by nature, so that they are the same on all
// architectures.

const nameSize = 32 // GPIO_MAX_NAME_SIZE, with the final nought

type chipInfo struct { // struct gpiochip_info
	_     [nameSize]byte // name
	label [nameSize]byte
	lines uint32
}

type lineAttribute struct { // struct gpio_v2_line_attribute; the union as its widest member
	id, _ uint32
	value uint64
}

type configAttribute struct { // struct gpio_v2_line_config_attribute
	attribute lineAttribute
	mask      uint64
}

type lineConfig struct { // struct gpio_v2_line_config
	flags      uint64
	attributes uint32
	_          [5]uint32
	attribute  [10]configAttribute
}

type lineRequest struct { // struct gpio_v2_line_request
	offsets   [64]uint32
	consumer  [nameSize]byte
	config    lineConfig
	lines     uint32
	eventsMax uint32
	_         [5]uint32
	fd        int32
}

type lineInfo struct { // struct gpio_v2_line_info
	name, consumer [nameSize]byte
	offset         uint32
	_              uint32 // number of attributes
	flags          uint64
	attribute      [10]lineAttribute
	_              [4]uint32
}

type lineValues struct { // struct gpio_v2_line_values
	bits, mask uint64
}

type lineEvent struct { // struct gpio_v2_line_event
	timestamp uint64 // CLOCK_MONOTONIC, ns
	id        uint32
	offset    uint32
	seqno     uint32
	lineSeqno uint32
	_         [6]uint32
}

const ( // enum gpio_v2_line_flag
	flagUsed         = 1 << 0
	flagActiveLow    = 1 << 1
	flagInput        = 1 << 2
	flagOutput       = 1 << 3
	flagEdgeRising   = 1 << 4
	flagEdgeFalling  = 1 << 5
	flagPullUp       = 1 << 8
	flagPullDown     = 1 << 9
	flagBiasDisabled = 1 << 10
)

const ( // enum gpio_v2_line_attr_id
	attrOutputValues = 2
	attrDebounce     = 3
)

const eventRisingEdge = 1 // enum gpio_v2_line_event_id

// _IOR and _IOWR of the type 0xB4. The numbers hold for x86, ARM and RISC-V.
const (
	iocRead        = 2 << 30
	iocReadWrite   = 3 << 30
	iocType        = 0xB4 << 8
	ioctlChipInfo  = iocRead | unsafe.Sizeof(chipInfo{})<<16 | iocType | 0x01
	ioctlLineInfo  = iocReadWrite | unsafe.Sizeof(lineInfo{})<<16 | iocType | 0x05
	ioctlLine      = iocReadWrite | unsafe.Sizeof(lineRequest{})<<16 | iocType | 0x07
	ioctlGetValues = iocReadWrite | unsafe.Sizeof(lineValues{})<<16 | iocType | 0x0E
	ioctlSetValues = iocReadWrite | unsafe.Sizeof(lineValues{})<<16 | iocType | 0x0F
)

func ioctl[T any](fd uintptr, request uintptr, arg *T) error {
	for {
		_, _, e := unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(arg)))
		switch e {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return e
		}
	}
}

func text(b [nameSize]byte) string {
	s, _, _ := bytes.Cut(b[:], []byte{0})
	return string(s)
}
