//go:build cgo && static

package soundcard

import _ "intercom/hw/soundcard/kernelpcm" // what miniaudio links with
