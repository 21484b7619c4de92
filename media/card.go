package media

// Card is an open pair of loudspeaker and microphone, 16-bit samples, one channel each.
type Card interface {
	// Rate is the sampling rate in Hz.
	Rate() int

	// Period is the number of samples in one call of process.
	Period() int

	// Start begins to call process once a period, on a goroutine or thread of the card's own, until Close returns. The call
	// fills play and may read capture, which are equally long and not used after it returns.
	Start(process func(play, capture []int16)) error

	// Close ends the calls. Nothing runs in process when it returns.
	Close() error
}

// Stage works on the microphone's block in place before the streams get it, an echo canceller for example. Far is what the
// loudspeaker is given in the same period. Both are at the engine's rate. Process runs in the card's callback.
type Stage interface {
	Process(near, far []int16)
}
