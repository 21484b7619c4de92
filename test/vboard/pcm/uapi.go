//go:build linux

package pcm

import "unsafe"

// The kernel's structures, include/uapi/sound/asound.h.

type mask struct{ bits [8]uint32 } // struct snd_mask

type interval struct{ min, max, flags uint32 } // struct snd_interval

const integer = 1 << 2 // flag of an interval

type hwParams struct { // struct snd_pcm_hw_params
	flags            uint32
	masks            [3]mask
	_                [5]mask
	intervals        [12]interval
	_                [9]interval
	rmask, cmask     uint32
	info, msbits     uint32
	rateNum, rateDen uint32
	fifo             uintptr
	_                [64]byte
}

type swParams struct { // struct snd_pcm_sw_params
	stamps                                                                               int32
	periodStep, sleepMin                                                                 uint32
	availMin, transferAlign, start, stop, silenceThreshold, silenceSize, boundaryIgnored uintptr
	protocol, stampType                                                                  uint32
	_                                                                                    [56]byte
}

type transfer struct { // struct snd_xferi
	result int
	buffer unsafe.Pointer
	frames uintptr
}

// Positions in masks and intervals (SNDRV_PCM_HW_PARAM_*, counted from the first of each).
const (
	access = iota
	format
)
const (
	channels   = 2
	rate       = 3
	periodSize = 5
	periods    = 7
)

const (
	interleaved = 1 << 3 // SNDRV_PCM_ACCESS_RW_INTERLEAVED
	s16le       = 1 << 2 // SNDRV_PCM_FORMAT_S16_LE
)

// request is the number of an ioctl (asm-generic/ioctl.h).
func request(direction, number, size uintptr) uintptr {
	return direction<<30 | size<<16 | 'A'<<8 | number
}

var (
	ioctlHwParams = request(3, 0x11, unsafe.Sizeof(hwParams{}))
	ioctlSwParams = request(3, 0x13, unsafe.Sizeof(swParams{}))
	ioctlPrepare  = request(0, 0x40, 0)
	ioctlWrite    = request(1, 0x50, unsafe.Sizeof(transfer{}))
	ioctlRead     = request(2, 0x51, unsafe.Sizeof(transfer{}))
)
