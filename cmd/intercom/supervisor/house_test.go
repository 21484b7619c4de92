package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
	"intercom/board/sim"
	"intercom/cmd/intercom/appliance"
	"intercom/cmd/intercom/configfile"
	"intercom/cmd/intercom/phone"
	"intercom/cmd/intercom/statefile"
	"intercom/configs"
	"intercom/media"
	"intercom/test/memnet"
	"intercom/ua"
)

var (
	doorAddr  = netip.MustParseAddr("10.0.0.1")
	houseAddr = netip.MustParseAddr("10.0.0.2")
)

// good is a door that calls the house.
const good = `[[button]]
name = "bell"
call = ["sip:house@10.0.0.2"]
[[door]]
name = "front"
pulse = "3s"
code = "73914"
[sound]
card = "null"
echo_canceller = false
noise_suppression = false
automatic_gain = false
half_duplex = false
[sip]
listen = "10.0.0.1:5060"
allow = ["10.0.0.2"]
[[account]]
name = "direct"
aor = "sip:door@10.0.0.1"
[board]
model = "sim"
[station]
ring_time = "30s"
hang_up_after_opening = "0s"
call_limit = "20s"
`

// house is a door under a supervisor, its card, and a telephone, in a bubble.
type house struct {
	t      *testing.T
	net    *memnet.Network
	dir    string // with the card and the state
	phone  *phone.Phone
	reload chan os.Signal
	log    lines

	mu      sync.Mutex
	wires   func(board.Config) error // why a board cannot be opened; nil if it can
	opened  int
	started int
	door    *sim.Board // opened last
	answer  int        // calls that the telephone answered
	ended   int        // and those that are over
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// visit tells a story of a house whose card has a configuration, "" for none, and a telephone that answers and types a code.
// Each act is the life of a process.
func visit(t *testing.T, text string, acts ...func(*house)) {
	t.Helper()
	t.Parallel()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, net: memnet.New(1), dir: dir, reload: make(chan os.Signal, 1)}
		if text != "" {
			h.write(text)
		}
		for _, act := range acts {
			h.live(act)
		}
	})
}

// long is a story of so many minutes that it is not played under -short.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out by -short: takes long under the race detector; make test runs it without")
	}
}

func (h *house) live(tell func(*house)) {
	ctx, cancel := context.WithCancel(h.t.Context())
	var wg sync.WaitGroup
	s := New(h.options())
	h.runs(true)
	wg.Go(func() {
		if err := s.Run(ctx); err != nil {
			h.t.Error(err)
		}
	})
	h.newPhone()
	wg.Go(func() {
		if err := h.phone.Run(ctx); err != nil {
			h.t.Error(err)
		}
	})
	h.pass(2 * time.Second)
	tell(h)
	cancel()
	wg.Wait()
	h.wantDoor(false)
	for _, secret := range []string{"73914", "90210", "zanzibar"} {
		if strings.Contains(h.log.String(), secret) {
			h.t.Errorf("the log tells %q", secret)
		}
	}
}

func (h *house) card() string { return filepath.Join(h.dir, "intercom.toml") }

func (h *house) options() Options {
	level := new(slog.LevelVar)
	return Options{
		Places: []string{h.card(), filepath.Join(h.dir, "etc", "intercom.toml")},
		Reload: h.reload, Level: level, Log: slog.New(slog.NewTextHandler(&h.log, &slog.HandlerOptions{Level: level})),
		StateDir: func(configs.Config) string { return filepath.Join(h.dir, "state") },
		Open: func(c configs.Config) (Hardware, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.opened++
			if h.wires != nil {
				if err := h.wires(c.Board); err != nil {
					return Hardware{}, err
				}
			}
			b, err := sim.New(sim.Config{Board: c.Board})
			if err != nil {
				return Hardware{}, err
			}
			h.door = b
			return Hardware{b.Board, b.Close}, nil
		},
		Start: func(c configs.Config, b *board.Board, _ *statefile.Dir, after *appliance.Appliance) (*appliance.Appliance, error) {
			h.mu.Lock()
			h.started++
			h.mu.Unlock()
			host := h.net.Host(doorAddr)
			return appliance.New(appliance.Options{
				Config: c, Board: b, After: after, Log: slog.New(slog.NewTextHandler(&h.log, nil)),
				ListenSIP: func(a netip.AddrPort) (ua.PacketConn, error) { return listened[ua.PacketConn](host.Listen(a)) },
				ListenRTP: func(a netip.AddrPort) (media.PacketConn, error) { return listened[media.PacketConn](host.Listen(a)) },
				Route:     func(netip.AddrPort) (netip.Addr, error) { return doorAddr, nil },
			})
		},
	}
}

// listened keeps a nil connection from becoming an interface that is not nil.
func listened[C any](c *memnet.Conn, err error) (none C, _ error) {
	if err != nil {
		return none, err
	}
	return any(c).(C), nil
}

func (h *house) newPhone() {
	h.t.Helper()
	card, err := sim.NewCard("telephone", 8000, nil, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	host := h.net.Host(houseAddr)
	o := phone.Options{Card: card, RTP: media.Default(), Auto: true, Accounts: []ua.Account{{Name: "house", AOR: "sip:house@10.0.0.2"}}}
	o.SIP = ua.Default()
	o.SIP.Listen, o.SIP.Allow = "10.0.0.2:5060", []string{doorAddr.String()}
	o.Digits, o.DigitsAfter = "73914#", 5*time.Second
	o.ListenSIP = func(a netip.AddrPort) (ua.PacketConn, error) { return listened[ua.PacketConn](host.Listen(a)) }
	o.ListenRTP = func(a netip.AddrPort) (media.PacketConn, error) { return listened[media.PacketConn](host.Listen(a)) }
	o.Route = func(netip.AddrPort) (netip.Addr, error) { return houseAddr, nil }
	o.Watch.Event = func(_ time.Time, e ua.Event) {
		h.mu.Lock()
		defer h.mu.Unlock()
		switch e.(type) {
		case ua.Answered:
			h.answer++
		case ua.Ended:
			h.ended++
		}
	}
	if h.phone, err = phone.New(o); err != nil {
		h.t.Fatal(err)
	}
}

// write puts a configuration on the card.
func (h *house) write(text string) { h.put(h.card(), text) }

func (h *house) put(path, text string) {
	h.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// changed writes the good configuration with other words in it, and waits until it has been seen.
func (h *house) changed(oldnew ...string) {
	h.t.Helper()
	h.write(strings.NewReplacer(oldnew...).Replace(good))
	h.pass(4 * time.Second)
}

func (h *house) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (h *house) press() {
	h.t.Helper()
	if err := h.at().Hold("bell", 300*time.Millisecond); err != nil {
		h.t.Fatal(err)
	}
	h.pass(2 * time.Second)
}

func (h *house) wantDoor(open bool) {
	h.t.Helper()
	if b := h.at(); b != nil && b.DoorIsOpen("front") != open {
		h.t.Fatalf("the door is open: %v, want %v; the log:\n%s", !open, open, &h.log)
	}
}

// waitDoor waits for the door to open or to shut.
func (h *house) waitDoor(open bool) {
	h.t.Helper()
	for range 200 {
		if h.at().DoorIsOpen("front") == open {
			return
		}
		h.pass(50 * time.Millisecond)
	}
	h.wantDoor(open)
}

func (h *house) wantLight(pattern string) {
	h.t.Helper()
	if b := h.at(); b == nil || b.LED() != pattern {
		h.t.Fatalf("the light does not show %q; the log:\n%s", pattern, &h.log)
	}
}

func (h *house) wantLog(text string) {
	h.t.Helper()
	if !strings.Contains(h.log.String(), text) {
		h.t.Errorf("the log does not say %q:\n%s", text, &h.log)
	}
}

// wantCalls counts the telephone's calls: answered, and over.
func (h *house) wantCalls(answered, ended int) {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.answer != answered || h.ended != ended {
		h.t.Fatalf("%d calls were answered and %d are over, want %d and %d; the log:\n%s", h.answer, h.ended, answered, ended, &h.log)
	}
}

// runs says how often boards were opened and stations made, from the beginning of the act or, with anew, from now on.
func (h *house) runs(anew bool) (opened, started int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	opened, started = h.opened, h.started
	if anew {
		h.opened, h.started = 0, 0
	}
	return opened, started
}

// wire says why a board cannot be opened.
func (h *house) wire(why func(board.Config) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wires = why
}

// forget has at tell only of boards that are opened from now on.
func (h *house) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.door = nil
}

// at is the board opened last, nil for none.
func (h *house) at() *sim.Board {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.door
}

// wantRuns counts how often boards were opened and stations made.
func (h *house) wantRuns(opened, started int) {
	h.t.Helper()
	if o, s := h.runs(false); o != opened || s != started {
		h.t.Fatalf("%d boards were opened and %d stations made, want %d and %d; the log:\n%s", o, s, opened, started, &h.log)
	}
}

// wantFaultFile wants the text beside the configuration to say something, or with "" not to be there.
func (h *house) wantFaultFile(want string) {
	h.t.Helper()
	text, err := os.ReadFile(configfile.FaultPath(h.card()))
	if want == "" && !errors.Is(err, os.ErrNotExist) || want != "" && !strings.Contains(string(text), want) {
		h.t.Errorf("the file beside the configuration says %q, %v; want %q", text, err, want)
	}
}

func (h *house) remove(path string) {
	h.t.Helper()
	if err := os.RemoveAll(path); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) hangup() {
	h.reload <- syscall.SIGHUP
	h.pass(100 * time.Millisecond)
}

// noLine is a board on which every door that is active low has a line that is not there.
func noLine(c board.Config) error {
	for _, d := range c.Doors {
		if d.ActiveLow {
			return fmt.Errorf("board: door %s: %w", d.Name, errors.New("there is no line GPIO99"))
		}
	}
	return nil
}
