package mixer

import (
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// device is the control device of a card. The kernel's is one.
type device interface {
	card(*cardInfo) error
	list(offset uint32, ids []elementID) (count uint32, err error)
	info(*elementInfo) error
	read(*elementValue) error
	write(*elementValue) error
	tlv(number uint32, data []uint32) error
	Close() error
}

// kernel is /dev/snd/controlC*.
type kernel struct{ *os.File }

func (k kernel) card(i *cardInfo) error      { return ioctl(k.File, ioctlCardInfo, unsafe.Pointer(i)) }
func (k kernel) info(i *elementInfo) error   { return ioctl(k.File, ioctlElementInfo, unsafe.Pointer(i)) }
func (k kernel) read(v *elementValue) error  { return ioctl(k.File, ioctlRead, unsafe.Pointer(v)) }
func (k kernel) write(v *elementValue) error { return ioctl(k.File, ioctlWrite, unsafe.Pointer(v)) }

// list fills ids from the element that is offset-th on, and says how many elements there are in all.
func (k kernel) list(offset uint32, ids []elementID) (count uint32, err error) {
	l := elementList{offset: offset, space: uint32(len(ids))}
	if len(ids) > 0 {
		l.ids = &ids[0]
	}
	err = ioctl(k.File, ioctlElementList, unsafe.Pointer(&l))
	runtime.KeepAlive(ids)
	return l.count, err
}

// tlv fills data with what the driver has to say about an element besides its value.
func (k kernel) tlv(number uint32, data []uint32) error {
	t := make([]uint32, 2+len(data)) // struct snd_ctl_tlv
	t[0], t[1] = number, uint32(4*len(data))
	err := ioctl(k.File, ioctlTLVRead, unsafe.Pointer(&t[0]))
	copy(data, t[2:])
	return err
}

func ioctl(f *os.File, request uintptr, argument unsafe.Pointer) error {
	for {
		_, _, err := unix.Syscall(unix.SYS_IOCTL, f.Fd(), request, uintptr(argument))
		switch err {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return err
		}
	}
}
