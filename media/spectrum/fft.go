package spectrum

import (
	"fmt"
	"math"
)

// FFT is the discrete Fourier transform of so many real samples. It holds scratch space: one goroutine at a time.
type FFT struct {
	n       int
	stages  []stage
	turn    []complex64 // e^(−2πik/n), by which the two halves of the packed transform are told apart
	a, b    []complex64
	inverse float32 // 1/n, as both halves of the packed transform need it
}

// stage is one step of the Stockham transform: radix-sized butterflies over sequences that lie stride apart.
type stage struct {
	radix, stride int
	twiddles      []complex64 // radix−1 for each of the butterflies' offsets
}

// NewFFT makes a transform of n real samples; n must be even and have no prime factors other than 2 and 5.
func NewFFT(n int) *FFT {
	f := &FFT{n: n, inverse: 1 / float32(n), a: make([]complex64, n/2), b: make([]complex64, n/2), turn: make([]complex64, n/4+1)}
	for k := range f.turn {
		f.turn[k] = root(k, n)
	}
	stride := 1
	for left := n / 2; left > 1; {
		r := radix(left)
		if n%2 != 0 || r == 0 {
			panic(fmt.Sprintf("spectrum: a transform of %d samples: want an even number of factors 2 and 5", n))
		}
		s := stage{radix: r, stride: stride}
		for p := range left / r {
			for k := 1; k < r; k++ {
				s.twiddles = append(s.twiddles, root(p*k, left))
			}
		}
		f.stages = append(f.stages, s)
		stride *= r
		left /= r
	}
	return f
}

func radix(n int) int {
	for _, r := range [...]int{5, 4, 2} {
		if n%r == 0 {
			return r
		}
	}
	return 0
}

func root(k, n int) complex64 {
	sin, cos := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
	return complex(float32(cos), float32(sin))
}

// Bins is the number of frequencies from 0 to half the sampling rate: n/2+1.
func (f *FFT) Bins() int { return f.n/2 + 1 }

// Forward writes the spectrum of n samples to dst, which holds Bins values; it is not scaled.
func (f *FFT) Forward(dst []complex64, src []float32) {
	z := f.a
	src = src[:2*len(z)]
	for i := range z {
		z[i] = complex(src[2*i], src[2*i+1])
	}
	z = f.transform()
	// The even samples were the real part, the odd ones the imaginary part: X[k] = E[k] + e^(−2πik/n)·O[k].
	h := len(z)
	dst = dst[:h+1]
	dst[0] = complex(real(z[0])+imag(z[0]), 0)
	dst[h] = complex(real(z[0])-imag(z[0]), 0)
	for k := 1; k <= h/2; k++ {
		u, v := z[k], z[h-k]
		er, ei := (real(u)+real(v))/2, (imag(u)-imag(v))/2
		or, oi := (imag(u)+imag(v))/2, (real(v)-real(u))/2
		t := f.turn[k]
		tr, ti := real(t)*or-imag(t)*oi, real(t)*oi+imag(t)*or
		dst[k] = complex(er+tr, ei+ti)
		dst[h-k] = complex(er-tr, ti-ei)
	}
}

// Inverse writes the n samples to dst of which src is the spectrum. Forward and then Inverse give the samples back.
func (f *FFT) Inverse(dst []float32, src []complex64) {
	z := f.a
	h := len(z)
	src = src[:h+1]
	// The transform of the conjugate is the conjugate of the inverse: everything is packed with its sign of i turned round.
	z[0] = complex((real(src[0])+real(src[h]))/2, (real(src[h])-real(src[0]))/2)
	for k := 1; k <= h/2; k++ {
		u, v := src[k], src[h-k]
		er, ei := (real(u)+real(v))/2, (imag(u)-imag(v))/2
		dr, di := (real(u)-real(v))/2, (imag(u)+imag(v))/2
		t := f.turn[k]
		or, oi := real(t)*dr+imag(t)*di, real(t)*di-imag(t)*dr
		z[k] = complex(er-oi, -ei-or)
		z[h-k] = complex(er+oi, ei-or)
	}
	z = f.transform()
	scale := 2 * f.inverse
	dst = dst[:2*h]
	for i, v := range z {
		dst[2*i], dst[2*i+1] = real(v)*scale, -imag(v)*scale
	}
}

// transform is the complex transform of a; it returns the one of the two buffers that the result is in.
func (f *FFT) transform() []complex64 {
	x, y := f.a, f.b
	for i := range f.stages {
		s := &f.stages[i]
		switch s.radix {
		case 5:
			s.five(y, x)
		case 4:
			s.four(y, x)
		default:
			s.two(y, x)
		}
		x, y = y, x
	}
	return x
}

func (s *stage) two(y, x []complex64) {
	m, n := len(x)/2, s.stride
	for p, w := range s.twiddles {
		a, b := x[p*n:][:n], x[m+p*n:][:n]
		c, d := y[2*p*n:][:n], y[(2*p+1)*n:][:n]
		for q, u := range a {
			v := b[q]
			c[q], d[q] = u+v, mul(u-v, w)
		}
	}
}

func (s *stage) four(y, x []complex64) {
	m, n := len(x)/4, s.stride
	for p := range m / n {
		a, b, c, d := x[p*n:][:n], x[m+p*n:][:n], x[2*m+p*n:][:n], x[3*m+p*n:][:n]
		out := y[4*p*n:][:4*n]
		y0, y1, y2, y3 := out[:n], out[n:2*n], out[2*n:3*n], out[3*n:]
		w := s.twiddles[3*p:][:3]
		w1, w2, w3 := w[0], w[1], w[2]
		for q, u := range a {
			ac, amc, bd, bmd := u+c[q], u-c[q], b[q]+d[q], b[q]-d[q]
			j := complex(imag(bmd), -real(bmd)) // −i·(b−d)
			y0[q] = ac + bd
			y1[q] = mul(amc+j, w1)
			y2[q] = mul(ac-bd, w2)
			y3[q] = mul(amc-j, w3)
		}
	}
}

// The cosines and sines of a fifth and two fifths of a turn.
const (
	cos1, sin1 = 0.30901699437494745, 0.9510565162951535
	cos2, sin2 = -0.8090169943749475, 0.5877852522924731
)

func (s *stage) five(y, x []complex64) {
	m, n := len(x)/5, s.stride
	for p := range m / n {
		a, b, c, d, e := x[p*n:][:n], x[m+p*n:][:n], x[2*m+p*n:][:n], x[3*m+p*n:][:n], x[4*m+p*n:][:n]
		out := y[5*p*n:][:5*n]
		y0, y1, y2, y3, y4 := out[:n], out[n:2*n], out[2*n:3*n], out[3*n:4*n], out[4*n:]
		w := s.twiddles[4*p:][:4]
		w1, w2, w3, w4 := w[0], w[1], w[2], w[3]
		for q, u := range a {
			be, bme, cd, cmd := b[q]+e[q], b[q]-e[q], c[q]+d[q], c[q]-d[q]
			y0[q] = u + be + cd
			r1 := complex(real(u)+cos1*real(be)+cos2*real(cd), imag(u)+cos1*imag(be)+cos2*imag(cd))
			r2 := complex(real(u)+cos2*real(be)+cos1*real(cd), imag(u)+cos2*imag(be)+cos1*imag(cd))
			// −i times the sines' part
			i1 := complex(sin1*imag(bme)+sin2*imag(cmd), -sin1*real(bme)-sin2*real(cmd))
			i2 := complex(sin2*imag(bme)-sin1*imag(cmd), sin1*real(cmd)-sin2*real(bme))
			y1[q] = mul(r1+i1, w1)
			y2[q] = mul(r2+i2, w2)
			y3[q] = mul(r2-i2, w3)
			y4[q] = mul(r1-i1, w4)
		}
	}
}

// mul is a·b in single precision; Go's own product of complex64 goes through float64 and takes three times as long.
func mul(a, b complex64) complex64 {
	return complex(real(a)*real(b)-imag(a)*imag(b), real(a)*imag(b)+imag(a)*real(b))
}
