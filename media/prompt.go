package media

import "intercom/media/resample"

// prompt copies samples to another rate, with their end faded out.
func prompt(samples []int16, from, to int) ([]int16, error) {
	r, err := resample.New(from, to)
	if err != nil {
		return nil, err
	}
	// As much silence behind them as the resampler is late.
	padded := make([]int16, len(samples)+int(r.Delay().Seconds()*float64(from))+1)
	copy(padded, samples)
	out := make([]int16, r.Len(len(padded)))
	out = out[:r.Process(out, padded)]
	fade := min(int(fadeTime*float64(to)), len(out))
	for i := range fade {
		j := len(out) - 1 - i
		out[j] = int16(int(out[j]) * i / fade)
	}
	return out, nil
}
