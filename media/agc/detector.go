package agc

const (
	// above is by how many dB speech stands out of the noise, and faintest the level below which nothing is taken for speech.
	above    = 10.0
	faintest = -58.0

	// window is the number of blocks in which the level falls to the noise at least once; up to twice as many are looked at.
	window = 150
)

// detector tells blocks of speech from the noise between them: noise is what the level falls back to within seconds.
type detector struct {
	floor   float64 // level of the noise in dBFS: the least since the last window but one began
	running float64 // the least since the last window began
	blocks  int     // of the running window
	sure    bool    // a whole window has been heard
}

// heard takes the level of a block and reports whether somebody speaks in it.
func (d *detector) heard(level float64) bool {
	if d.blocks == 0 {
		d.floor, d.running = d.running, level
		if !d.sure {
			d.floor = level
		}
	}
	d.running, d.floor = min(d.running, level), min(d.floor, level)
	if d.blocks++; d.blocks == window {
		d.blocks, d.sure = 0, true
	}
	return d.sure && level > d.floor+above && level > faintest
}

// noise is the level of the noise in dBFS.
func (d *detector) noise() float64 { return d.floor }
