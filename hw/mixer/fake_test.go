package mixer

import (
	"slices"
	"syscall"
	"unsafe"
)

// fake is a card in memory that answers as the kernel does.
type fake struct {
	info_    cardInfo
	elements []element
	closed   bool
}

type element struct {
	name      string
	index     uint32
	iface     int32
	kind      int32
	access    uint32
	low, high int
	items     []string
	values    []int
	tlv       []uint32
	refuses   error // of a write
}

const readWrite = accessRead | accessWrite

func newFake(id, driver string, elements ...element) *fake {
	f := &fake{elements: elements}
	copy(f.info_.id[:], id)
	copy(f.info_.driver[:], driver)
	return f
}

func toggle(name string, values ...int) element {
	return element{name: name, iface: ifaceMixer, kind: typeBoolean, access: readWrite, values: values}
}

func level(name string, low, high int, tlv []uint32, values ...int) element {
	e := element{name: name, iface: ifaceMixer, kind: typeInteger, access: readWrite, low: low, high: high, values: values, tlv: tlv}
	if tlv != nil {
		e.access |= accessTLVRead
	}
	return e
}

func choice(name string, value int, items ...string) element {
	return element{name: name, iface: ifaceMixer, kind: typeEnumerated, access: readWrite, items: items, values: []int{value}}
}

// steps is a scale in steps, in hundredths of a decibel.
func steps(lowest int32, step uint32, mute bool) []uint32 {
	if mute {
		step |= 0x10000
	}
	return []uint32{tlvScale, 8, uint32(lowest), step}
}

func (f *fake) id(i int) (id elementID) {
	id.number, id.iface, id.index = uint32(i+1), f.elements[i].iface, f.elements[i].index
	copy(id.name[:], f.elements[i].name)
	return id
}

func (f *fake) at(id elementID) (*element, error) {
	if n := int(id.number) - 1; n >= 0 && n < len(f.elements) {
		return &f.elements[n], nil
	}
	return nil, syscall.ENOENT
}

func (f *fake) card(i *cardInfo) error { *i = f.info_; return nil }

func (f *fake) list(offset uint32, ids []elementID) (uint32, error) {
	for i := range ids {
		if int(offset)+i < len(f.elements) {
			ids[i] = f.id(int(offset) + i)
		}
	}
	return uint32(len(f.elements)), nil
}

func (f *fake) info(i *elementInfo) error {
	e, err := f.at(i.id)
	if err != nil {
		return err
	}
	i.kind, i.access, i.count = e.kind, e.access, uint32(len(e.values))
	switch {
	case e.kind == typeEnumerated:
		i.item().items = uint32(len(e.items))
		i.item().name = [64]byte{}
		copy(i.item().name[:], e.items[i.item().item])
	case e.kind == typeInteger:
		*i.longs() = [3]int{e.low, e.high}
	}
	return nil
}

func (f *fake) read(v *elementValue) error {
	e, err := f.at(v.id)
	if err != nil {
		return err
	}
	for i, x := range e.values {
		if e.kind == typeEnumerated {
			v.items()[i] = uint32(x)
		} else {
			v.longs[i] = x
		}
	}
	return nil
}

func (f *fake) write(v *elementValue) error {
	e, err := f.at(v.id)
	if err != nil || e.refuses != nil {
		return cmpErr(err, e)
	}
	for i := range e.values {
		if e.values[i] = v.longs[i]; e.kind == typeEnumerated {
			e.values[i] = int(v.items()[i])
		}
	}
	return nil
}

func cmpErr(err error, e *element) error {
	if err != nil {
		return err
	}
	return e.refuses
}

func (f *fake) tlv(number uint32, data []uint32) error {
	e, err := f.at(elementID{number: number})
	if err != nil {
		return err
	}
	copy(data, e.tlv)
	return nil
}

func (f *fake) Close() error { f.closed = true; return nil }

// values are what a control is set to.
func (f *fake) values(name string) []int {
	i := slices.IndexFunc(f.elements, func(e element) bool { return e.name == name })
	if i < 0 {
		return nil
	}
	return f.elements[i].values
}

// bytes sees a structure as the kernel does.
func bytes[T any](v *T) []byte { return unsafe.Slice((*byte)(unsafe.Pointer(v)), unsafe.Sizeof(*v)) }
