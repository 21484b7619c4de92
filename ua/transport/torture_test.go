package transport

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"intercom/ua/sip"
)

// tortures are the messages of RFC 4475 and RFC 5118, by file name.
func tortures(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, pattern := range []string{"rfc4475/*.dat", "rfc5118/wire-crlf/*.dat"} {
		files, _ := filepath.Glob(filepath.Join("../../../shared/data", pattern))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Base(file)] = text
		}
	}
	if len(all) == 0 {
		t.Skip("the torture messages are not here")
	}
	return all
}

// outcome is what a reader is owed of a stream.
type outcome struct {
	packets []string
	garbage bool     // there are frames that are not SIP
	broken  bool     // its end cannot be known: the connection closes
	short   []string // what comes of a request without its whole body when the peer hangs up
}

// owed cuts a stream by itself: what [sip.Split] finds in the whole of it.
func owed(stream []byte, from netip.AddrPort) (o outcome) {
	for stream = bytes.TrimLeft(stream, "\r\n"); len(stream) > 0; stream = bytes.TrimLeft(stream, "\r\n") {
		n, err := sip.Split(stream)
		if err == nil && n == 0 {
			o.short = cutShort(stream, from)
			return o
		}
		m, bad := sip.Parse(stream[:n])
		switch {
		case err != nil:
			o.broken = true
			if bad == nil && m.IsRequest() {
				stampVia(m, from)
				o.packets = append(o.packets, "refused: "+m.String())
			}
			return o
		case bad != nil:
			o.garbage = true
		default:
			fault := sip.Validate(m)
			if m.IsRequest() {
				stampVia(m, from)
			}
			o.packets = append(o.packets, told(m, fault))
		}
		stream = stream[n:]
	}
	return o
}

func cutShort(stream []byte, from netip.AddrPort) []string {
	head, _, whole := bytes.Cut(stream, []byte("\r\n\r\n"))
	m, err := sip.Parse(append(bytes.Clone(head), "\r\n\r\n"...))
	if !whole || err != nil || !m.IsRequest() {
		return nil
	}
	fault := sip.Validate(m)
	stampVia(m, from)
	return []string{told(m, fault)}
}

func told(m *sip.Message, fault *sip.Fault) string {
	if fault == nil {
		return "good: " + m.String()
	}
	return fmt.Sprintf("%d: %s", fault.Status, m)
}

// splits are all ways to send n octets in two pieces, and one octet at a time.
func splits(message []byte) (ways [][][]byte) {
	for cut := 1; cut < len(message); cut++ {
		ways = append(ways, [][]byte{message[:cut], message[cut:]})
	}
	return append(ways, slices.Collect(slices.Chunk(message, 1)))
}

// TestTortureMessagesSplitAtEveryOctet sends each message over a connection in every two pieces and octet by octet, an
// ordinary one behind it: what comes out is what the whole message gives, and nothing stays behind for the next.
func TestTortureMessagesSplitAtEveryOctet(t *testing.T) {
	for name, message := range tortures(t) {
		for _, transport := range []string{"TCP", "TLS"} {
			t.Run(transport+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h := newHouse(t, LayerOptions{Transports: []string{"TCP", "TLS"}, TLS: TLS{Certificate: newAuthority(t).issue(forName("door.example"))}})
					var p *peer
					for i, pieces := range splits(message) {
						if p == nil {
							p = h.callsBy(transport)
						}
						if p = h.takesPieces(p, i, message, pieces); t.Failed() {
							t.Fatalf("in %d pieces, the first of %d octets", len(pieces), len(pieces[0]))
						}
					}
				})
			})
		}
	}
}

// callsBy lets the phone connect by a transport.
func (h *house) callsBy(transport string) *peer {
	h.t.Helper()
	to := doorPort
	if transport == "TLS" {
		to = netip.AddrPortFrom(doorAddr, doorPort.Port()+1)
	}
	conn, err := h.net.Host(phoneAddr).DialTCP(h.t.Context(), to)
	if err != nil {
		h.t.Fatal(err)
	}
	if transport == "TLS" {
		return newPeer(h.t, tls.Client(conn, &tls.Config{InsecureSkipVerify: true}))
	}
	return newPeer(h.t, conn)
}

// takesPieces sends the message and an ordinary one, and returns the connection if it is still good.
func (h *house) takesPieces(p *peer, i int, message []byte, pieces [][]byte) *peer {
	h.t.Helper()
	next := options(fmt.Sprintf("SIP/2.0/TCP 192.0.2.2:5060;branch=z9hG4bKnext%d", i))
	want := owed(append(bytes.Clone(message), next...), p.LocalAddr().(*net.TCPAddr).AddrPort())
	for _, piece := range append(slices.Clone(pieces), []byte(next)) {
		if _, err := p.Write(piece); err != nil && !want.broken {
			h.t.Fatal(err)
		}
		synctest.Wait()
	}
	if got := h.hasHeard(want); !slices.Equal(got, want.packets) {
		h.t.Errorf("got %q, want %q", got, want.packets)
	}
	switch {
	case want.broken:
		if d := p.isCutOff("a message without an end"); d > messageTime {
			h.t.Errorf("closed after %v", d)
		}
		return nil
	case len(want.packets) == 0 || want.garbage || !complete(want, next):
		p.Close() // of so many that are not SIP, or of one that wants for octets, the connection would end
		synctest.Wait()
		if got := h.hasHeard(outcome{packets: want.short}); !slices.Equal(got, want.short) {
			h.t.Errorf("at the end came %q, want %q", got, want.short)
		}
		time.Sleep(lingerTime) // in which the refusal would go out
		return nil
	}
	return p
}

// complete tells whether the last packet is the ordinary message.
func complete(o outcome, next string) bool {
	return slices.ContainsFunc(o.packets, func(p string) bool { return p == "good: "+next })
}

// hasHeard is what has come out of the layer by now.
func (h *house) hasHeard(want outcome) (all []string) {
	h.t.Helper()
	for {
		select {
		case p := <-h.door.Packets():
			switch {
			case p.Msg == nil:
				h.t.Errorf("word of %v", p.Err)
			case want.broken && p.Fault != nil && len(all) == len(want.packets)-1:
				all = append(all, "refused: "+p.Msg.String())
			default:
				all = append(all, told(p.Msg, p.Fault))
			}
		default:
			return all
		}
	}
}

// TestClosedInTheMidstOfAMessage: a peer that goes away while it speaks leaves nothing behind.
func TestClosedInTheMidstOfAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, LayerOptions{})
		text := options(plainVia)
		for cut := 1; cut < len(text); cut += 7 {
			p := h.calls()
			p.says(text[:cut])
			synctest.Wait()
			p.Close()
		}
		time.Sleep(time.Second)
		h.nothing("half a message")
		if s := h.door.Stats(); s.Open != 0 {
			t.Errorf("%d connections are left", s.Open)
		}
	})
}
