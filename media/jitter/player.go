package jitter

import "time"

// Decode turns a payload of the given payload type into samples and returns their number.
type Decode func(dst []int16, kind uint8, payload []byte) int

// Counters of a Player, in samples.
type Heard struct {
	Played, Concealed, Silent, Stretched, Cut uint64
}

// Player makes an even flow of samples from a Buffer.
type Player struct {
	Heard Heard

	buffer  *Buffer
	decode  Decode
	noise   func(dst []int16) // makes comfort noise; nil is silence
	perTick int               // samples in a tick

	// sound is what was heard (up to from) and what waits to be heard (from from to to).
	sound    []int16
	from, to int

	scratch []int16
	conceal concealer
	silent  bool // the newest sample is of a silence
	scale   scaler
	margin  int64 // ticks by which the delay may be too long before it is cut
	slack   int64 // ticks by which it may be too short
}

// NewPlayer returns a Player at rate samples a second, a multiple of the RTP clock of b.
func NewPlayer(b *Buffer, rate int, decode Decode) *Player {
	k := rate / int(b.clock)
	p := &Player{
		buffer:  b,
		decode:  decode,
		perTick: k,
		sound:   make([]int16, pastSamples(rate)+rate/2),
		scratch: make([]int16, 2*MaxPayload*k),
		conceal: newConcealer(rate),
		scale:   scaler{rate: rate},
		margin:  b.clock / 100,
		slack:   b.clock / 400,
	}
	p.from, p.silent = pastSamples(rate), true
	p.to = p.from
	return p
}

// Describe has the silences that the sender describes filled by noise.
func (p *Player) Describe(noise func(dst []int16)) { p.noise = noise }

// Read fills dst with what is heard at now. It must be called with as many samples as the time that passes.
func (p *Player) Read(now time.Time, dst []int16) {
	p.buffer.Pulled(now)
	for len(dst) > 0 {
		n := min(len(dst), p.conceal.rate/100)
		for p.to-p.from < n {
			p.fetch(n - (p.to - p.from))
		}
		copy(dst, p.sound[p.from:p.from+n])
		p.from += n
		dst = dst[n:]
		p.buffer.Took(n / p.perTick)
	}
}

// fetch adds the next piece of sound, at least one sample, where the Buffer's choice is between less and more about want.
func (p *Player) fetch(want int) {
	f := p.buffer.Next(p.ahead(), max((want+p.perTick-1)/p.perTick, 1))
	n := f.Ticks * p.perTick
	p.reserve(max(n, len(p.scratch)) + p.scale.longest())
	switch f.Kind {
	case Play:
		p.play(f)
	case Conceal:
		p.invent(n)
		p.Heard.Concealed += uint64(n)
	case Silence, Noise:
		p.quiet(n, f.Kind == Noise && p.noise != nil)
		p.Heard.Silent += uint64(n)
	}
}

// Delay is by how long what is heard now is held back.
func (p *Player) Delay() time.Duration { return p.buffer.Delay(p.ahead()) }

// ahead is what waits to be heard, in ticks.
func (p *Player) ahead() int { return (p.to - p.from) / p.perTick }

// play adds a packet's sound, stretched or cut if the delay is not as it should be.
func (p *Player) play(f Frame) {
	n := p.decode(p.scratch, f.Type, f.Payload)
	x := p.scratch[:n]
	p.Heard.Played += uint64(n)
	if p.conceal.active {
		p.conceal.finish(x)
	} else if p.silent {
		rise(x, p.conceal.rate/400)
	}
	p.silent = false
	excess := p.buffer.Excess(f.Ticks)
	p.scale.passed(x, p.haste(excess))
	switch {
	case p.buffer.Stalled():
		p.to += p.linger(x)
	case excess > p.margin && p.scale.ready():
		for n < len(p.scratch)/2 && n < p.conceal.rate*3/100 && p.buffer.Ready() {
			n += p.more(n)
		}
		x = p.scratch[:n]
		lag := p.scale.cut(x, int(excess)*p.perTick)
		x = x[lag:]
		p.Heard.Cut += uint64(lag)
	case excess < -p.slack:
		lag := p.scale.insert(p.sound[p.to:], p.sound[:p.to], x, int(p.margin-excess)*p.perTick)
		p.to += lag
		p.Heard.Stretched += uint64(lag)
	}
	p.to += copy(p.sound[p.to:], x)
}

// linger makes the sound before x longer by as much as one packet takes without harm, and returns by how many samples: the network has
// stalled, and sound that is stretched is better than sound that is invented.
func (p *Player) linger(x []int16) int {
	p.scale.allow()
	lag := p.scale.insert(p.sound[p.to:], p.sound[:p.to], x, p.scale.longest())
	p.Heard.Stretched += uint64(lag)
	return lag
}

// haste is the part of the time that may be changed: the delay grows fast, and shrinks fast only from far off.
func (p *Player) haste(excess int64) float64 {
	if excess > 0 && excess < 10*p.margin {
		return slowly
	}
	return swiftly
}

// more decodes one more packet behind the n samples decoded, so that there is enough to cut a pitch period from.
func (p *Player) more(n int) int {
	f := p.buffer.Next(p.ahead()+n/p.perTick, 1)
	m := p.decode(p.scratch[n:], f.Type, f.Payload)
	p.Heard.Played += uint64(m)
	p.scale.passed(p.scratch[n:n+m], swiftly)
	return m
}

// invent adds n samples in place of what is missing.
func (p *Player) invent(n int) {
	p.silent = false
	if !p.conceal.active {
		p.conceal.begin(p.sound[:p.to])
	}
	p.conceal.fill(p.sound[p.to : p.to+n])
	p.to += n
}

// quiet adds n samples of silence or comfort noise, into which what was heard before fades out.
func (p *Player) quiet(n int, noise bool) {
	x := p.sound[p.to : p.to+n]
	if clear(x); noise {
		p.noise(x)
	}
	if !p.silent && !p.conceal.active {
		p.conceal.begin(p.sound[:p.to])
	}
	if p.conceal.active {
		p.conceal.finish(x)
	}
	p.silent = true
	p.to += n
}

// rise lets the first n samples of x come up from silence.
func rise(x []int16, n int) {
	for i := range x[:min(n, len(x))] {
		x[i] = int16(int(x[i]) * (i + 1) / (n + 1))
	}
}

// reserve makes room for n more samples and keeps as much of the past as a concealment wants.
func (p *Player) reserve(n int) {
	if p.to+n <= len(p.sound) {
		return
	}
	keep := max(min(p.from, p.to-len(p.conceal.past)), 0)
	p.to = copy(p.sound, p.sound[keep:p.to])
	p.from -= keep
}
