package transport

import (
	"fmt"
	"time"
)

// pinging keeps a connection alive and finds out when it is not (RFC 5626 §4.4.1).
type pinging struct {
	every    time.Duration // 0 = never
	at       time.Time     // of the next ping
	until    time.Time     // by when the peer must have been heard; zero if no ping is out
	answered bool          // the peer has answered a ping before: so it always will
}

// keep pings every so often from now on; 0 ends that.
func (p *pinging) keep(now time.Time, every time.Duration, jitter func(time.Duration) time.Duration) {
	if every == p.every {
		return
	}
	p.every = every
	p.at = now.Add(jitter(every))
}

// step reports whether a ping is due, and how long nothing is. It is an error if the peer has fallen silent. One that has
// never answered a ping need not know them (RFC 6223), so that its silence says nothing.
func (p *pinging) step(now time.Time, jitter func(time.Duration) time.Duration) (due bool, wait time.Duration, err error) {
	switch {
	case p.every <= 0:
		return false, time.Hour, nil
	case p.until.IsZero() && !now.Before(p.at):
		due, p.until = true, now.Add(pongTime)
		p.at = now.Add(max(jitter(p.every), pongTime))
	case !p.until.IsZero() && !now.Before(p.until):
		if p.answered {
			return false, 0, fmt.Errorf("no answer to a keep-alive within %v", pongTime)
		}
		p.until = time.Time{}
	}
	if !p.until.IsZero() {
		return due, p.until.Sub(now), nil
	}
	return due, p.at.Sub(now), nil
}

// awaits reports whether a ping is out.
func (p *pinging) awaits() bool { return !p.until.IsZero() }

// pong is told of the answer, alive of any other sign of life.
func (p *pinging) pong() { p.answered, p.until = true, time.Time{} }

func (p *pinging) alive() { p.until = time.Time{} }
