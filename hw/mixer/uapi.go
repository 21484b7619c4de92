package mixer

import "unsafe"

// The kernel's structures, include/uapi/sound/asound.h. A C long is Go's int on every Linux that Go knows; where a union holds
// a long long it begins at a multiple of eight, on ARM too, which Go would not do by itself.

type cardInfo struct { // struct snd_ctl_card_info
	number, _  int32
	id, driver [16]byte
	name       [32]byte
	_          [80]byte // long name
	_          [16]byte
	mixer      [80]byte
	components [128]byte
}

type elementID struct { // struct snd_ctl_elem_id
	number uint32
	iface  int32
	_, _   uint32 // device, subdevice
	name   [44]byte
	index  uint32
}

type elementList struct { // struct snd_ctl_elem_list
	offset, space, used, count uint32
	ids                        *elementID
	_                          [50]byte
}

type elementInfo struct { // struct snd_ctl_elem_info
	id     elementID
	kind   int32
	access uint32
	count  uint32 // of values
	_      int32  // owner
	value  [16]uint64
	_      [64]byte
}

// longs are the union's integer: minimum, maximum, step.
func (i *elementInfo) longs() *[3]int { return (*[3]int)(unsafe.Pointer(&i.value)) }

// item is the union's enumerated.
func (i *elementInfo) item() *itemInfo { return (*itemInfo)(unsafe.Pointer(&i.value)) }

type itemInfo struct {
	items, item uint32
	name        [64]byte
}

type elementValue struct { // struct snd_ctl_elem_value
	id    elementID
	_, _  uint32 // a flag of long ago, and what aligns the union
	longs [most]int
	_     [128]byte
}

// most is how many values an element has at most.
const most = 128

// items are the union's enumerated.
func (v *elementValue) items() *[most]uint32 { return (*[most]uint32)(unsafe.Pointer(&v.longs)) }

// What an element is, and what may be done with it.
const (
	ifaceMixer = 2 // SNDRV_CTL_ELEM_IFACE_MIXER

	typeBoolean    = 1 // SNDRV_CTL_ELEM_TYPE_BOOLEAN
	typeInteger    = 2
	typeEnumerated = 3

	accessRead    = 1 << 0 // SNDRV_CTL_ELEM_ACCESS_READ
	accessWrite   = 1 << 1
	accessTLVRead = 1 << 4
	accessLock    = 1 << 9
)

const (
	iocRead      = 2 << 30
	iocReadWrite = 3 << 30
	iocType      = 'U' << 8

	ioctlCardInfo    = iocRead | unsafe.Sizeof(cardInfo{})<<16 | iocType | 0x01
	ioctlElementList = iocReadWrite | unsafe.Sizeof(elementList{})<<16 | iocType | 0x10
	ioctlElementInfo = iocReadWrite | unsafe.Sizeof(elementInfo{})<<16 | iocType | 0x11
	ioctlRead        = iocReadWrite | unsafe.Sizeof(elementValue{})<<16 | iocType | 0x12
	ioctlWrite       = iocReadWrite | unsafe.Sizeof(elementValue{})<<16 | iocType | 0x13
	ioctlTLVRead     = iocReadWrite | 8<<16 | iocType | 0x1A // of struct snd_ctl_tlv the part of fixed size
)
