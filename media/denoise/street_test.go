package denoise

import (
	"math"
	"math/rand/v2"
)

// street is seconds of a street's noise: the low roar of traffic, that swells when somebody drives by, with hiss of tyres; a level in units
// of a sample.
func street(seed uint64, seconds float64, rate int, level float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 3))
	n := int(seconds * float64(rate))
	x := make([]float64, n)
	low, phase := 0.0, 2*math.Pi*r.Float64()
	pole := math.Exp(-2 * math.Pi * (150 + 100*r.Float64()) / float64(rate))
	period := 4 + 4*r.Float64() // s from car to car
	for i := range x {
		white := r.NormFloat64()
		low = pole*low + (1-pole)*white
		near := 0.5 + 0.5*math.Sin(phase+2*math.Pi*float64(i)/float64(rate)/period)
		x[i] = (low + 0.03*white) * math.Pow(10, 3*near/20)
	}
	return scaled(x, level)
}

// wind is seconds of gusts: a rumble below 200 Hz that comes and goes within a second.
func wind(seed uint64, seconds float64, rate int, level float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 4))
	x := make([]float64, int(seconds*float64(rate)))
	var a, b, gust float64
	pole, slow := math.Exp(-2*math.Pi*60/float64(rate)), math.Exp(-2*math.Pi*0.5/float64(rate))
	for i := range x {
		a = pole*a + (1-pole)*r.NormFloat64()
		b = pole*b + (1-pole)*a
		gust = slow*gust + (1-slow)*r.NormFloat64()
		x[i] = b * (0.3 + math.Abs(gust)/math.Sqrt((1-slow)/2))
	}
	return scaled(x, level)
}

func scaled(x []float64, level float64) []float64 {
	g := level / rms(x)
	for i := range x {
		x[i] *= g
	}
	return x
}

func rms(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / float64(max(len(x), 1)))
}
