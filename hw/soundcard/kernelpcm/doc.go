// Package kernelpcm is what miniaudio asks of libasound, done by the kernel's PCM devices alone: for a program that is
// linked statically and so cannot load libasound, on boards where nothing mixes sound. It has no configuration files, no
// plugins and no threads; a card is opened as it is, and miniaudio converts.
//
// It is built with the tag "static" and found by miniaudio through the include directory of this package; the functions
// have libasound's names and meanings (https://www.alsa-project.org/alsa-doc/alsa-lib/), those that miniaudio 0.11 uses.
package kernelpcm
