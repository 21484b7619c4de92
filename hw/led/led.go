package led

import (
	"fmt"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Options of an LED.
type Options struct {
	// ActiveLow is true for a light that shines at a low level. Leave it false where the line itself is inverted.
	ActiveLow bool

	// OnFault is told of a line that cannot be driven, once for each time that this begins.
	OnFault func(error)
}

// LED is one light on one line, which it owns. It may be used by several goroutines.
type LED struct {
	pin  gpio.PinOut
	on   gpio.Level
	o    Options
	wake chan struct{} // one slot: next has changed
	stop chan struct{}
	done chan struct{}
	once sync.Once

	mu   sync.Mutex
	name string
	next Pattern
}

// New darkens a light and begins to show patterns on it.
func New(pin gpio.PinOut, o Options) (*LED, error) {
	l := &LED{pin: pin, on: gpio.Level(!o.ActiveLow), o: o, name: Off,
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	if err := pin.Out(!l.on); err != nil {
		return nil, fmt.Errorf("led: line %s cannot be driven: %w", pin, err)
	}
	go l.run()
	return l, nil
}

// Show shows the pattern of that name from its beginning; the one that is shown already goes on undisturbed.
func (l *LED) Show(name string) error {
	p, err := Lookup(name)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.name == name {
		return nil
	}
	l.name, l.next = name, p
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return nil
}

// Shown is the name of the pattern that is shown.
func (l *LED) Shown() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.name
}

// Close darkens the light, gives its line back and waits until all is quiet.
func (l *LED) Close() error {
	var err error
	l.once.Do(func() {
		close(l.stop)
		<-l.done
		if err = l.pin.Out(!l.on); err == nil {
			err = l.pin.Halt()
		}
	})
	return err
}

func (l *LED) run() {
	defer close(l.done)
	var p Pattern
	timer := time.NewTimer(0)
	defer timer.Stop()
	begin, lit, ok := time.Now(), false, true
	for {
		select {
		case <-l.stop:
			return
		case <-l.wake:
			p, begin = l.pattern(), time.Now()
		case <-timer.C:
		}
		since := time.Since(begin)
		on, until := p.At(since)
		if on != lit || !ok {
			ok = l.drive(on, ok)
			lit = on
		}
		if until > 0 {
			timer.Reset(until - since)
		} else {
			timer.Stop()
		}
	}
}

func (l *LED) pattern() Pattern {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next
}

// drive switches the light and reports a fault unless the last try failed already.
func (l *LED) drive(on, wasOK bool) bool {
	err := l.pin.Out(l.on == gpio.Level(on))
	if err != nil && wasOK && l.o.OnFault != nil {
		l.o.OnFault(fmt.Errorf("led: line %s cannot be driven: %w", l.pin, err))
	}
	return err == nil
}
