package aec

// history keeps the far end's last spectra. What is read of it begins delay blocks ago.
type history struct {
	bins, length int
	spectra      []complex64 // a ring
	newest       int
	delay        int
}

func newHistory(bins, length int) *history {
	return &history{bins: bins, length: length, spectra: make([]complex64, bins*length)}
}

// advance makes room for the newest spectrum and returns it.
func (h *history) advance() []complex64 {
	h.newest = (h.newest + 1) % h.length
	return h.spectra[h.newest*h.bins:][:h.bins]
}

// spectrum is the one of so many blocks before those that are read first.
func (h *history) spectrum(ago int) []complex64 { return h.at(h.delay + ago) }

// at is the spectrum of so many blocks before the newest.
func (h *history) at(ago int) []complex64 {
	i := h.newest - ago
	if i < 0 {
		i += h.length
	}
	return h.spectra[i*h.bins:][:h.bins]
}
