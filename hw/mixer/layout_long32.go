//go:build arm

package mixer

import "unsafe"

// What the structures measure where a C long has 32 bits. A program with others does not compile.
var (
	_ = [376]byte([unsafe.Sizeof(cardInfo{})]byte{})
	_ = [64]byte([unsafe.Sizeof(elementID{})]byte{})
	_ = [72]byte([unsafe.Sizeof(elementList{})]byte{})
	_ = [272]byte([unsafe.Sizeof(elementInfo{})]byte{})
	_ = [712]byte([unsafe.Sizeof(elementValue{})]byte{})
)
