package realtime

import (
	"fmt"
	"os"
	"time"
)

// strain is what a computer did besides a story.
type strain struct {
	pause   time.Duration // the longest time that this process did not come to run though it wanted to
	waiting float64       // the share of the time in which something waited for a processor
}

// bearable tells whether a story must not be disturbed by it: every story bears a pause of a packet's time.
func (s strain) bearable() bool { return s.pause <= 20*time.Millisecond && s.waiting <= 0.5 }

func (s strain) String() string {
	return fmt.Sprintf("a pause of %v, and %.0f %% of the time something waited for a processor", s.pause.Round(time.Millisecond), 100*s.waiting)
}

// watch watches until the function that it returns is called.
func watch() func() strain {
	begun, before := time.Now(), waited()
	pause := watchPauses()
	return func() strain {
		return strain{pause(), float64(waited()-before) / float64(time.Since(begun)+1)}
	}
}

// watchPauses watches until the function that it returns is called, which tells the longest pause.
func watchPauses() func() time.Duration {
	const every = 5 * time.Millisecond
	stop, worst := make(chan struct{}), make(chan time.Duration)
	go func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		var most time.Duration
		for last := time.Now(); ; {
			select {
			case <-ticker.C:
				now := time.Now()
				last, most = now, max(most, now.Sub(last)-every)
			case <-stop:
				worst <- most
				return
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		return <-worst
	}
}

// waited is for how long something has waited for a processor since this computer started; 0 where the kernel does not tell
// (PSI, pressure stall information).
func waited() time.Duration {
	text, err := os.ReadFile("/proc/pressure/cpu")
	if err != nil {
		return 0
	}
	var avg10, avg60, avg300 float64
	var total int64 // µs
	if _, err := fmt.Sscanf(string(text), "some avg10=%f avg60=%f avg300=%f total=%d", &avg10, &avg60, &avg300, &total); err != nil {
		return 0
	}
	return time.Duration(total) * time.Microsecond
}
