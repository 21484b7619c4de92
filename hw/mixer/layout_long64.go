//go:build amd64 || arm64 || riscv64 || loong64

package mixer

import "unsafe"

// What the structures measure where a C long has 64 bits. A program with others does not compile.
var (
	_ = [376]byte([unsafe.Sizeof(cardInfo{})]byte{})
	_ = [64]byte([unsafe.Sizeof(elementID{})]byte{})
	_ = [80]byte([unsafe.Sizeof(elementList{})]byte{})
	_ = [272]byte([unsafe.Sizeof(elementInfo{})]byte{})
	_ = [1224]byte([unsafe.Sizeof(elementValue{})]byte{})
)
