package watch_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/hw/memline"
	"intercom/hw/watch"

	"go.uber.org/goleak"
	"periph.io/x/conn/v3/gpio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// diary is a rule that writes down what it is told, and wants to be asked again after a time.
type diary struct {
	again time.Duration

	mu    sync.Mutex
	begin time.Time
	told  []string
}

func (d *diary) rule(now time.Time, level gpio.Level) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.begin.IsZero() {
		d.begin = now
	}
	d.told = append(d.told, now.Sub(d.begin).String()+" "+level.String())
	if d.again == 0 {
		return time.Time{}
	}
	return now.Add(d.again)
}

func (d *diary) want(t *testing.T, want string) {
	t.Helper()
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if got := strings.Join(d.told, ", "); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
}

func TestEdgesAreToldWithTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pin, d := memline.NewInput("in"), &diary{}
		l := watch.Start(pin, d.rule, nil)
		time.Sleep(300 * time.Millisecond)
		pin.Set(gpio.High)
		time.Sleep(100 * time.Millisecond)
		pin.Set(gpio.Low)
		d.want(t, "0s Low, 300ms High, 400ms Low")
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		pin.Set(gpio.High)
		d.want(t, "0s Low, 300ms High, 400ms Low")
	})
}

// Without an edge the level itself is looked at, at the rule's deadline and in any case once a second.
func TestTheLevelIsLookedAt(t *testing.T) {
	for again, want := range map[time.Duration]string{
		0:                      "0s Low, 1s Low, 2s Low",
		700 * time.Millisecond: "0s Low, 700ms Low, 1.4s Low, 2.1s Low",
	} {
		synctest.Test(t, func(t *testing.T) {
			d := &diary{again: again}
			l := watch.Start(memline.NewInput("in"), d.rule, nil)
			time.Sleep(2500 * time.Millisecond)
			d.want(t, want)
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestALineThatIsGoneIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pin := memline.NewInput("in")
		faults := make(chan error, 10)
		l := watch.Start(pin, (&diary{}).rule, func(err error) { faults <- err })
		if err := pin.Halt(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if len(faults) != 1 || !strings.Contains((<-faults).Error(), "line in cannot be watched") {
			t.Errorf("%d faults", len(faults))
		}
	})
}
