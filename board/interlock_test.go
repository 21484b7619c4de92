package board_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
	"intercom/hw/relay"

	"periph.io/x/conn/v3/gpio"
)

// sluice is three doors in a row: the one in the middle excludes both others, which only they say. The last is active low.
func sluice() board.Config {
	return board.Config{
		Doors: []board.DoorConfig{
			{Name: "street", Relay: "GPIO22", Interlock: []string{"hall"}, PreDelay: 500 * time.Millisecond},
			{Name: "hall", Relay: "GPIO23", Kind: board.Bistable},
			{Name: "yard", Relay: "GPIO24", Kind: board.Bistable, Interlock: []string{"hall"}, ActiveLow: true},
		},
		Sound: board.SoundConfig{Card: "none"},
	}
}

// watched are the doors whose relays have current, by the levels at the pins.
type watched struct {
	*testing.T

	mu     sync.Mutex
	closed map[string]bool
	times  map[string]int
}

func watch(t *testing.T, c *chip) *watched {
	w := &watched{T: t, closed: map[string]bool{}, times: map[string]int{}}
	for name, address := range map[string]string{"street": "pinctrl-bcm2711:22", "hall": "pinctrl-bcm2711:23", "yard": "pinctrl-bcm2711:24"} {
		c.out[address].Watch(func(l gpio.Level) { w.driven(name, l == gpio.High) })
	}
	return w
}

func (w *watched) driven(door string, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed[door] = closed
	if closed {
		w.times[door]++
	}
	if w.closed["hall"] && (w.closed["street"] || w.closed["yard"]) {
		w.Errorf("open together: %v", w.closed)
	}
}

// Attack: doors that must not be open together are asked for in every order, with faults of their lines between.
func TestInterlockedDoorsAreNeverOpenTogether(t *testing.T) {
	for seed := range uint64(50) {
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 0))
			c := newChip()
			b := c.wire(t, sluice())
			w := watch(t, c)
			doors := []string{"street", "hall", "yard"}
			stuck := errors.New("stuck")
			for range 1000 {
				door := doors[rnd.IntN(3)]
				switch rnd.IntN(6) {
				case 0, 1:
					_ = b.OpenDoor(door, relay.MinPulse+time.Duration(rnd.Int64N(int64(3*time.Second))))
				case 2:
					_ = b.HoldDoor(door)
				case 3, 4:
					_ = b.CloseDoor(door)
				case 5:
					fails := rnd.IntN(2) == 0
					c.out[fmt.Sprintf("pinctrl-bcm2711:%d", 22+slices.Index(doors, door))].Fail(func(l gpio.Level) error {
						if fails && l == gpio.Low {
							return stuck
						}
						return nil
					})
				}
				time.Sleep(time.Duration(rnd.Int64N(int64(time.Second))))
			}
			synctest.Wait()
			for _, door := range doors {
				if w.opened(door) == 0 {
					t.Errorf("door %s was never open: nothing was attacked", door)
				}
			}
		})
	}
}

// opened is how often a door was opened.
func (w *watched) opened(door string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.times[door]
}

func TestInterlockIsMutualAndSaysWhom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newChip().wire(t, sluice())
		refused := func(door, rival string) {
			t.Helper()
			for _, err := range []error{b.OpenDoor(door, time.Second), b.HoldDoor(door)} {
				if errors.Is(err, relay.ErrMonostable) {
					continue
				}
				if !errors.Is(err, board.ErrInterlocked) || !strings.Contains(err.Error(), fmt.Sprintf("door %q", rival)) {
					t.Fatalf("door %s: %v; want it refused because of door %s", door, err, rival)
				}
			}
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ok(b.OpenDoor("street", time.Second))
		refused("hall", "street") // in the delay already
		ok(b.OpenDoor("yard", time.Second))
		time.Sleep(time.Second + time.Millisecond)
		refused("hall", "street")
		time.Sleep(500 * time.Millisecond)
		ok(b.HoldDoor("hall"))
		refused("street", "hall")
		refused("yard", "hall")
		ok(b.CloseDoor("hall"))
		ok(b.OpenDoor("street", time.Second))
	})
}

// Attack: a monostable door is not held, whatever is asked of it.
func TestHoldingIsForBistableDoors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChip()
		b := c.wire(t, wired())
		if err := b.HoldDoor("front"); !errors.Is(err, relay.ErrMonostable) {
			t.Errorf("HoldDoor of a monostable door: %v", err)
		}
		if err := b.HoldDoor("cellar"); err == nil {
			t.Error("HoldDoor of a door that does not exist was accepted")
		}
		if c.out["pinctrl-bcm2711:22"].Level() != gpio.Low {
			t.Error("after a refusal the relay is closed")
		}
	})
}

// A bistable door rests at the start and at the end, however long it was held between.
func TestABistableDoorRestsBeforeAndAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChip()
		b := c.wire(t, sluice())
		pin := c.out["pinctrl-bcm2711:24"]
		if pin.Level() != gpio.Low {
			t.Error("it is closed at the start")
		}
		if err := b.HoldDoor("yard"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if pin.Level() != gpio.High {
			t.Error("it is not held")
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if pin.Level() != gpio.Low {
			t.Error("it is closed at the end")
		}
	})
}

func TestClosingTheBoardCallsADelayOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChip()
		b := c.wire(t, sluice())
		w := watch(t, c)
		if err := b.OpenDoor("street", time.Second); err != nil {
			t.Fatal(err)
		}
		time.Sleep(400 * time.Millisecond)
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if w.opened("street") != 0 {
			t.Error("the door opened after the board was closed")
		}
	})
}
