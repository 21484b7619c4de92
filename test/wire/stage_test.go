package wire

import (
	"encoding/binary"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intercom/test/realtime"
)

// stage is one test: its phones, its peers, and everything that was said between them.
type stage struct {
	testing.TB
	begun    time.Time
	patience time.Duration // with which messages and events are waited for
	phones   []*phone
	peers    []*peer

	mu         sync.Mutex
	transcript []saying
	news       chan struct{} // has one when the transcript has grown
}

// play runs a test beside all others. What the phones said is judged when it is over, and they must be as healthy as before.
func play(t *testing.T, name string, act func(s *stage)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		realtime.Try(t, func(t testing.TB) {
			s := &stage{TB: t, begun: time.Now(), patience: 30 * time.Second, news: make(chan struct{}, 1)}
			defer s.end()
			act(s)
		})
	})
}

// slow is a test of more than 30 s.
func (s *stage) slow() {
	s.patience = 100 * time.Second
	if testing.Short() {
		s.Skip("takes longer than -short allows")
	}
}

// end stops everything and gives the verdict.
func (s *stage) end() {
	for _, p := range s.phones {
		if !s.Failed() && !p.over {
			p.wantHealthy()
		}
	}
	for _, p := range s.peers {
		p.retire()
	}
	for _, p := range s.phones {
		p.quit()
	}
	for _, p := range s.peers {
		p.Close()
	}
	for _, fault := range judge(s.transcript) {
		s.Error(fault)
	}
	if s.Failed() {
		s.Logf("what was said:\n%s", s.script())
	}
}

// addresses counts those that were given away.
var addresses atomic.Uint32

// address is one on the loopback network that nobody else has.
func address() netip.Addr {
	n := uint32(os.Getpid())<<8 + addresses.Add(1)
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 127<<24|77<<16|n&0xffff)))
}
