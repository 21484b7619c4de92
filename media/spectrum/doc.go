// Package spectrum is what the parts that work on frequencies have in common: a Fourier transform of real sound, frames that
// overlap and add up to the sound again, and bands as wide as the ear's. All of it is float32 and nothing allocates once it is made.
package spectrum
