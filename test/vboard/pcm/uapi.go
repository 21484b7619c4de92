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

// Requests (asm-generic/ioctl.h): direction, size of the argument, type 'A', number.
const (
	both  = 3<<30 | 'A'<<8
	write = 1<<30 | 'A'<<8
	read  = 2<<30 | 'A'<<8
	none  = 'A' << 8

	ioctlHwParams = both | unsafe.Sizeof(hwParams{})<<16 | 0x11
	ioctlSwParams = both | unsafe.Sizeof(swParams{})<<16 | 0x13
	ioctlPrepare  = none | uintptr(0x40)
	ioctlWrite    = write | unsafe.Sizeof(transfer{})<<16 | 0x50
	ioctlRead     = read | unsafe.Sizeof(transfer{})<<16 | 0x51
)
