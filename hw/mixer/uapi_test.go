package mixer

import (
	"encoding/binary"
	"strconv"
	"testing"
)

// The structures lie as the kernel's: golden offsets from a C compiler for amd64, arm64, and arm with 32-bit longs.
func TestLayout(t *testing.T) {
	long := strconv.IntSize / 8
	put := func(b []byte, at, v int) {
		if long == 8 {
			binary.NativeEndian.PutUint64(b[at:], uint64(v))
			return
		}
		binary.NativeEndian.PutUint32(b[at:], uint32(v))
	}
	var i elementInfo
	b := bytes(&i)
	copy(b[16:], "Speaker Playback Volume")
	binary.NativeEndian.PutUint32(b[60:], 2)  // id.index
	binary.NativeEndian.PutUint32(b[64:], 2)  // type
	binary.NativeEndian.PutUint32(b[68:], 19) // access
	binary.NativeEndian.PutUint32(b[72:], 7)  // count
	put(b, 80, -3)
	put(b, 80+long, 99)
	if nameOf(i.id) != "Speaker Playback Volume,2" || i.kind != 2 || i.access != 19 || i.count != 7 || i.longs()[0] != -3 || i.longs()[1] != 99 {
		t.Errorf("info is %+v", i)
	}
	binary.NativeEndian.PutUint32(b[80:], 4)
	binary.NativeEndian.PutUint32(b[84:], 3)
	copy(b[88:], "Stereo\x00")
	if it := i.item(); it.items != 4 || it.item != 3 || text(it.name[:]) != "Stereo" {
		t.Errorf("item is %+v", *it)
	}
	var v elementValue
	b = bytes(&v)
	put(b, 72+5*long, -8)
	if v.longs[5] != -8 {
		t.Errorf("values are %v", v.longs)
	}
	v = elementValue{}
	binary.NativeEndian.PutUint32(b[72+4*5:], 6)
	if v.items()[5] != 6 {
		t.Errorf("items are %v", v.items())
	}
	var c cardInfo
	b = bytes(&c)
	copy(b[8:], "Device")
	copy(b[24:], "USB-Audio")
	copy(b[40:], "USB PnP Sound Device")
	copy(b[248:], "USB0d8c:0014")
	if text(c.id[:]) != "Device" || text(c.driver[:]) != "USB-Audio" || text(c.name[:]) != "USB PnP Sound Device" || text(c.components[:]) != "USB0d8c:0014" {
		t.Errorf("card is %+v", c)
	}
}

// The numbers of the requests hold the sizes of the structures, and the kernel knows no others.
func TestRequests(t *testing.T) {
	list, value := uintptr(0xC0505510), uintptr(0xC4C85512)
	if strconv.IntSize == 32 {
		list, value = 0xC0485510, 0xC2C85512
	}
	for name, c := range map[string]struct{ got, want uintptr }{
		"card": {ioctlCardInfo, 0x81785501}, "list": {ioctlElementList, list}, "info": {ioctlElementInfo, 0xC1105511},
		"read": {ioctlRead, value}, "write": {ioctlWrite, value + 1}, "tlv": {ioctlTLVRead, 0xC008551A},
	} {
		if c.got != c.want {
			t.Errorf("%s is %#x, want %#x", name, c.got, c.want)
		}
	}
}
