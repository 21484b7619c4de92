//go:build static

package kernelpcm

// #cgo CFLAGS: -std=gnu99 -Wall -Wextra -I${SRCDIR}/include
import "C"
