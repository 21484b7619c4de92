package demo

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
)

// scene is what there is to see at the door. Many goroutines tell it; the screen looks at it.
type scene struct {
	mu      sync.Mutex
	name    string
	buttons []string
	held    map[string]bool
	doors   []string
	open    map[string]time.Time // since when
	light   string
	call    string
	since   time.Time // start of the conversation; zero while there is none
}

func newScene(name string, buttons, doors []string) *scene {
	return &scene{
		name: name, buttons: buttons, doors: doors,
		held: map[string]bool{}, open: map[string]time.Time{}, light: "booting", call: "none",
	}
}

// change is the one way to write to the scene.
func (s *scene) change(f func(*scene)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

const meterWidth = 30

// render draws the scene as lines of text, with the levels of microphone and loudspeaker in dBFS.
func (s *scene) render(now time.Time, microphone, loudspeaker float64) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []string{
		"── " + s.name + " " + strings.Repeat("─", max(56-len([]rune(s.name)), 3)),
		"  buttons      " + s.drawButtons(),
		"  light        " + s.light,
		"  relay        " + s.drawDoors(now),
		"  call         " + s.drawCall(now),
		"  microphone   " + meter(microphone),
		"  loudspeaker  " + meter(loudspeaker),
	}
}

func (s *scene) drawButtons() string {
	var b []string
	for i, name := range s.buttons {
		if s.held[name] {
			b = append(b, fmt.Sprintf("%d ▐%s▌", i+1, name))
		} else {
			b = append(b, fmt.Sprintf("%d [%s]", i+1, name))
		}
	}
	return strings.Join(b, "  ")
}

func (s *scene) drawDoors(now time.Time) string {
	var b []string
	for _, name := range s.doors {
		if since, open := s.open[name]; open {
			b = append(b, fmt.Sprintf("%s: OPEN for %.1f s", name, now.Sub(since).Seconds()))
		} else {
			b = append(b, name+": at rest, door shut")
		}
	}
	return strings.Join(b, "  ")
}

func (s *scene) drawCall(now time.Time) string {
	if s.since.IsZero() {
		return s.call
	}
	return fmt.Sprintf("%s, %.0f s", s.call, math.Floor(now.Sub(s.since).Seconds()))
}

// meter draws a level from −60 to 0 dBFS.
func meter(dbfs float64) string {
	n := int(math.Round((dbfs + 60) / 60 * meterWidth))
	n = min(max(n, 0), meterWidth)
	bar := strings.Repeat("█", n) + strings.Repeat("·", meterWidth-n)
	if n == 0 {
		return bar + "  silence"
	}
	return fmt.Sprintf("%s  %.0f dBFS", bar, dbfs)
}
