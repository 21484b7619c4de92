package aec

const (
	// chance is the share of a partition's variance that its values differ by from the true ones by chance; half of them are cleared by
	// constraining the partition.
	chance = 0.4

	// enough is how much of a partition must be known before its prior variance is judged by it.
	enough = 0.1

	// leastPrior and mostPrior bound the prior variance beside the first one's; a step changes it to no less than fallPrior and no more
	// than risePrior times what it was.
	leastPrior, mostPrior = 1e-4, 4
	fallPrior, risePrior  = 0.3, 10

	// afterPrior and beforePrior are the least part of the variance of the partition before and after it that a partition has: sound does
	// not die at once.
	afterPrior, beforePrior = 0.6, 0.05
)

// reconsider finds the prior variance of partition p that makes what was learnt of it likeliest, and changes what is known to what would
// be known had that been the prior (empirical Bayes: H. Robbins, 1956). So a path that is short, faint or not there at all takes up no more
// chance than it must, however long the filter is.
func (f *filter) reconsider(p int) {
	n := f.bins
	w, v := f.path[p*n:][:n], f.spread[p*n:][:n]
	old := f.prior[p]
	var power, known float32
	for k, a := range w {
		// A value learnt from data of precision d is their estimate times share = v0·d/(1+v0·d), and its own chance is share·v.
		share := max(1-v[k]/old, 0)
		power += real(a)*real(a) + imag(a)*imag(a) - chance*share*v[k]
		known += share * share
	}
	if known < enough*float32(n) {
		return
	}
	f.assume(p, f.bounded(p, power/known))
}

// bounded holds a prior variance of partition p within what is plausible.
func (f *filter) bounded(p int, v float32) float32 {
	v = max(v, leastPrior*f.first[p])
	if p > 0 {
		v = max(v, afterPrior*f.prior[p-1])
	}
	if p+1 < f.partitions {
		v = max(v, beforePrior*f.prior[p+1])
	}
	return max(min(v, mostPrior*f.first[p], risePrior*f.prior[p]), fallPrior*f.prior[p])
}

// assume makes fresh the prior variance of partition p.
func (f *filter) assume(p int, fresh float32) {
	n := f.bins
	w, v := f.path[p*n:][:n], f.spread[p*n:][:n]
	old := f.prior[p]
	f.prior[p] = fresh
	for k, a := range w {
		after := 1 / (max(1/v[k]-1/old, 0) + 1/fresh)
		g := after / v[k]
		v[k], w[k] = after, complex(real(a)*g, imag(a)*g)
	}
}
