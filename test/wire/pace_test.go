package wire

import "time"

// paced does n things, one every so often, the first at once. Afterwards the time of the last has passed too.
func paced(every time.Duration, n int, act func(i int)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for i := range n {
		act(i)
		<-ticker.C
	}
}

// restless is for how long something is waited for that must not come any more.
const restless = time.Second

// copies waits until the phone has sent n responses with a status to a method, or with status 0 n requests.
func (s *stage) copies(n, status int, method string) {
	patience := time.NewTimer(s.patience)
	defer patience.Stop()
	for len(s.heard(status, method)) < n {
		select {
		case <-s.news:
		case <-patience.C:
			return
		}
	}
}

// wantRepeats waits for as many copies as there are times, and a second longer: they were sent at these times, in seconds since
// the first, and not again.
func (s *stage) wantRepeats(status int, method string, times ...float64) {
	s.Helper()
	s.copies(len(times), status, method)
	s.quiet(restless)
	s.wantTimes(method, s.heard(status, method), times...)
}

// quiet lets a time pass, whatever is said meanwhile.
func (s *stage) quiet(d time.Duration) {
	over := time.NewTimer(d)
	defer over.Stop()
	<-over.C
}

// forget begins a new transcript, when what was said so far has been answered.
func (s *stage) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transcript = s.transcript[:0]
}
