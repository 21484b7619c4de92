//go:build cgo

package soundcard

// #include <stdlib.h>
import "C"

import "unsafe"

// free returns what malgo allocated for C.
func free(p unsafe.Pointer) { C.free(p) }
