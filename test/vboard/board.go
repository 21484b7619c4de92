package vboard

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"intercom/test/vboard/orders"
)

// Board is a virtual board that runs.
type Board struct {
	t       testing.TB
	machine *machine
	qmp     *qmp
	qtest   *qtest
	chip    string // the GPIO chip's path in QEMU's tree of objects; empty without one

	on     time.Time
	edges  [8]*journal[Edge]
	events *journal[string] // of the machine: "RESET", "SHUTDOWN", "WATCHDOG"
	guest  *journal[orders.Report]

	mu        sync.Mutex
	processes []*Process
	console   strings.Builder
	panicking bool // the kernel writes its last words, in the middle of others' too

	readers sync.WaitGroup
	over    chan struct{} // closed when the machine has ended
}

func newBoard(t testing.TB, m *machine) *Board {
	b := &Board{t: t, machine: m, events: newJournal[string](), guest: newJournal[orders.Report](), over: make(chan struct{})}
	for i := range b.edges {
		b.edges[i] = newJournal[Edge]()
	}
	b.qmp = newQMP(m.qmp, b.events.add)
	b.qtest = newQTest(m.qtest, func(pin int, high bool) { b.edges[pin&7].add(Edge{high, time.Now()}) })
	b.reading(b.qmp.read)
	b.reading(b.qtest.read)
	b.reading(b.readConsole)
	t.Cleanup(b.end)
	return b
}

// reading runs a reader; what it fails with is the test's.
func (b *Board) reading(read func() error) {
	b.readers.Go(func() {
		if err := read(); err != nil {
			b.t.Error(err)
		}
	})
}

// end ends the machine and shows its console if the test has failed.
func (b *Board) end() {
	b.machine.kill()
	b.readers.Wait()
	if err := b.machine.end(); err != nil {
		b.t.Error(err)
	}
	if b.t.Failed() {
		b.t.Logf("the board's console:\n%s", b.Console())
	}
}

// powerOn finds the chip, sets the lines that are high from the beginning, and lets the machine run.
func (b *Board) powerOn(hasLines bool, high []Line) error {
	if err := b.qmp.do("qmp_capabilities", nil, nil); err != nil {
		return err
	}
	if hasLines {
		if err := b.findChip(); err != nil {
			return err
		}
		if err := b.qtest.do("irq_intercept_out " + b.chip); err != nil {
			return err
		}
	}
	for _, l := range high {
		if err := b.drive(l, true); err != nil {
			return err
		}
	}
	b.on = time.Now()
	return b.qmp.do("cont", nil, nil)
}

func (b *Board) findChip() error {
	const at = "/machine/unattached"
	var objects []struct{ Name, Type string }
	if err := b.qmp.do("qom-list", map[string]any{"path": at}, &objects); err != nil {
		return err
	}
	for _, o := range objects {
		if o.Type == "child<pl061>" {
			b.chip = at + "/" + o.Name
			return nil
		}
	}
	return fmt.Errorf("vboard: the machine has no PL061")
}

// AwaitReady waits for the nth time that the board has started, from 0.
func (b *Board) AwaitReady(n int) {
	b.t.Helper()
	if _, _, err := b.guest.await(n, 5*time.Minute, b.over, func(r orders.Report) bool {
		if r.What == orders.Failed {
			b.t.Fatalf("the board does not start: %s", r.Text)
		}
		return true
	}); err != nil {
		b.t.Fatalf("the board has not started %d times %v", n+1, err)
	}
}

// AwaitEvent waits for the nth event of that name since power on, from 0: "WATCHDOG", "RESET", "SHUTDOWN".
func (b *Board) AwaitEvent(name string, n int, within time.Duration) {
	b.t.Helper()
	seen := -1
	if _, _, err := b.events.await(0, within, b.over, func(e string) bool {
		if e == name {
			seen++
		}
		return seen == n
	}); err != nil {
		b.t.Fatalf("no event %s number %d of the machine %v", name, n, err)
	}
}

// Power does to the board what one of orders.Off, orders.Restart and orders.Panic says.
func (b *Board) Power(way string) {
	b.t.Helper()
	if way == orders.Panic {
		b.mu.Lock()
		b.panicking = true
		b.mu.Unlock()
	}
	b.order(orders.Order{Do: orders.Power, Text: way})
}

// Over is closed when the machine has ended, by itself or at the end of the test.
func (b *Board) Over() <-chan struct{} { return b.over }

func (b *Board) order(o orders.Order) {
	b.t.Helper()
	if err := orders.Write(b.machine.serial, o); err != nil {
		b.t.Fatalf("the board takes no order: %v", err)
	}
}
