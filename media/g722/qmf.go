package g722

// chunk is how many sample pairs the filters work on at a time: 10 ms.
const chunk = 80

// taps is the length of the quadrature mirror filters in samples of 16 kHz.
const taps = 2 * len(mirror)

// qmf holds the past of one quadrature mirror filter and room for the chunk being worked on, oldest first.
type qmf [taps - 2 + 2*chunk]int32

// keep makes the newest samples the past, after n pairs.
func (q *qmf) keep(n int) { copy(q[:taps-2], q[2*n:]) }

// sums returns the filter's two phases at the i-th pair: over the newer samples of all pairs, and over the older ones.
func (q *qmf) sums(i int) (newer, older int32) {
	w := (*[taps]int32)(q[2*i:])
	for k := 0; k < len(mirror); k += 2 {
		older += mirror[k]*w[k] + mirror[k+1]*w[taps-2-k]
		newer += mirror[k+1]*w[k+1] + mirror[k]*w[taps-1-k]
	}
	return newer, older
}

// split divides the i-th pair into the two bands (blocks RECA and RECB of the transmit side, with 16-bit samples coming in).
func (q *qmf) split(i int) (low, high int32) {
	newer, older := q.sums(i)
	return limit((newer + older) >> 14), limit((newer - older) >> 14)
}

// put stores the two bands of the i-th pair for join (RECA and RECB of the receive side).
func (q *qmf) put(i int, low, high int32) {
	q[taps-2+2*i], q[taps-2+2*i+1] = clip(low+high), clip(low-high)
}

// join returns the two samples of the i-th pair (ACCUMC, ACCUMD, SELECT).
func (q *qmf) join(i int) (first, second int16) {
	newer, older := q.sums(i)
	return int16(clip(newer >> 11)), int16(clip(older >> 11))
}
