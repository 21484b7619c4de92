package align

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// fourier keeps the roots of unity of the sizes used so far.
type fourier map[int][]complex128

// correlate returns c[k] = Σ a[i]·b[i+k] for 0 ≤ k ≤ len(b)-len(a), by fast Fourier transform.
func (f fourier) correlate(a, b []float64) []float64 {
	n := 1 << bits.Len(uint(len(b)-1))
	// Both are real: one transform carries a in its real and b in its imaginary part.
	z := make([]complex128, n)
	for i := range b {
		z[i] = complex(0, b[i])
	}
	for i := range a {
		z[i] += complex(a[i], 0)
	}
	twiddles := f.roots(n)
	transform(z, twiddles)
	product := make([]complex128, n)
	for k := range z {
		mirror := cmplx.Conj(z[(n-k)%n])
		fa, fb := (z[k]+mirror)/2, (z[k]-mirror)/2i
		product[k] = fa * cmplx.Conj(fb) // conjugated, so that the forward transform inverts it
	}
	transform(product, twiddles)
	c := make([]float64, len(b)-len(a)+1)
	for k := range c {
		c[k] = real(product[k]) / float64(n)
	}
	return c
}

func (f fourier) roots(n int) []complex128 {
	if w, ok := f[n]; ok {
		return w
	}
	w := make([]complex128, n/2)
	for i := range w {
		w[i] = cmplx.Rect(1, -2*math.Pi*float64(i)/float64(n))
	}
	f[n] = w
	return w
}

// transform is the discrete Fourier transform in place, radix 2, of a length that is a power of two.
func transform(x, twiddles []complex128) {
	n := len(x)
	if n < 2 {
		return
	}
	shift := 64 - bits.Len(uint(n-1))
	for i := range x {
		if j := int(bits.Reverse64(uint64(i)) >> shift); j > i {
			x[i], x[j] = x[j], x[i]
		}
	}
	for half := 1; half < n; half *= 2 {
		step := n / (2 * half)
		for start := 0; start < n; start += 2 * half {
			lower, upper := x[start:start+half], x[start+half:start+2*half]
			for k, l := range lower {
				u := upper[k] * twiddles[k*step]
				lower[k], upper[k] = l+u, l-u
			}
		}
	}
}
