package transport

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"intercom/ua/sip"
)

// feed gives octets to a framer in pieces and writes down what it cuts: "<n" a message of n octets, "ping", "pong",
// "broken n" with the octets of the head.
func feed(f *framer, stream []byte, size int, awaitsPong bool) (cut []string) {
	for len(stream) > 0 {
		n := copy(f.room(), stream[:min(size, len(stream))])
		f.grow(n)
		stream = stream[n:]
		for {
			kind, data, _ := f.cut(awaitsPong)
			if kind == nothing {
				break
			}
			switch kind {
			case message:
				cut = append(cut, fmt.Sprint("<", len(data)))
			case ping:
				cut = append(cut, "ping")
			case pong:
				cut, awaitsPong = append(cut, "pong"), false
			case broken:
				return append(cut, fmt.Sprint("broken ", len(data)))
			}
		}
	}
	return cut
}

func withBody(length int) string {
	m := sip.NewRequest("MESSAGE", "sip:door@192.0.2.1")
	m.Body = bytes.Repeat([]byte("x"), length)
	return m.String()
}

func TestFramerCutsInWhateverPiecesItComes(t *testing.T) {
	one, two := options(plainVia), withBody(3000)
	for _, c := range []struct {
		why, stream string
		awaits      bool
		want        []string
	}{
		{"two messages", one + two, false, []string{fmt.Sprint("<", len(one)), fmt.Sprint("<", len(two))}},
		{"line breaks between", "\r\n" + one + "\r\n" + two + "\n", false, []string{fmt.Sprint("<", len(one)), fmt.Sprint("<", len(two))}},
		{"a ping", "\r\n\r\n", false, []string{"ping"}},
		{"a ping before a message", "\r\n\r\n" + one, false, []string{"ping", fmt.Sprint("<", len(one))}},
		{"a ping between messages", one + "\r\n\r\n" + one, false, []string{fmt.Sprint("<", len(one)), "ping", fmt.Sprint("<", len(one))}},
		{"two pings", "\r\n\r\n\r\n\r\n", false, []string{"ping", "ping"}},
		{"a pong", "\r\n", true, []string{"pong"}},
		{"a pong before a message", "\r\n" + one, true, []string{"pong", fmt.Sprint("<", len(one))}},
		{"a CRLF that nobody awaits", "\r\n", false, nil},
		{"NULs are no line breaks", "\x00\x00\r\n\r\n", false, []string{"<6"}},
		{"negative length", strings.Replace(one, "Length: 0", "Length: -5", 1), false, []string{fmt.Sprint("broken ", len(one)+1)}},
		{"length in words", strings.Replace(one, "Length: 0", "Length: ten", 1), false, []string{fmt.Sprint("broken ", len(one)+2)}},
		{"huge length", strings.Replace(one, "Length: 0", "Length: 3000000000", 1), false, []string{fmt.Sprint("broken ", len(one)+9)}},
		{"a header of 3 MB", "OPTIONS sip:a SIP/2.0\r\nSubject: " + strings.Repeat("x", 3<<20), false, []string{"broken 0"}},
		{"the largest message", withBody(65000), false, []string{fmt.Sprint("<", len(withBody(65000)))}},
	} {
		for _, size := range []int{1, 2, 3, 37, 1000, 1 << 22} {
			if got := feed(&framer{}, []byte(c.stream), size, c.awaits); !slices.Equal(got, c.want) {
				t.Errorf("%s in pieces of %d: %q, want %q", c.why, size, got, c.want)
			}
		}
	}
}

func TestFramerCutsAtEveryOctet(t *testing.T) {
	one := options(plainVia)
	stream := []byte(one + "\r\n\r\n" + one)
	want := []string{fmt.Sprint("<", len(one)), "ping", fmt.Sprint("<", len(one))}
	for cut := range stream {
		f := &framer{}
		got := append(feed(f, stream[:cut], len(stream), false), feed(f, stream[cut:], len(stream), false)...)
		if !slices.Equal(got, want) {
			t.Errorf("split at %d: %q, want %q", cut, got, want)
		}
	}
}

func TestFramerHoldsNoMoreThanOneMessage(t *testing.T) {
	f := &framer{}
	for range 100 {
		if got := feed(f, []byte(withBody(9000)), 1000, false); len(got) != 1 {
			t.Fatalf("cut %q", got)
		}
	}
	if len(f.buf) > 0 || cap(f.buf) > mostUnread {
		t.Errorf("between messages %d octets are held of %d", len(f.buf), cap(f.buf))
	}
	feed(f, bytes.Repeat([]byte("x"), mostUnread), 5000, false)
	if cap(f.buf) > mostUnread {
		t.Errorf("the buffer has %d octets", cap(f.buf))
	}
}

// FuzzFramer holds the framer to Split: in pieces it finds the same messages that Split finds in the whole.
func FuzzFramer(f *testing.F) {
	one := options(plainVia)
	f.Add([]byte(one+"\r\n\r\n"+one), uint8(37))
	f.Add([]byte(withBody(10)+"\n\r\r\n"+one), uint8(1))
	f.Add([]byte(strings.Replace(one, "Length: 0", "Length: -5", 1)), uint8(2))
	f.Add([]byte("OPTIONS sip:a SIP/2.0\nl: 3\n\nab\ncd"), uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		var want []string
		for rest := stream; ; {
			rest = bytes.TrimLeft(rest, "\r\n")
			n, err := sip.Split(rest)
			if err != nil {
				want = append(want, fmt.Sprint("broken ", n))
				break
			}
			if n == 0 {
				break
			}
			want, rest = append(want, fmt.Sprint("<", n)), rest[n:]
		}
		got := feed(&framer{}, stream, max(1, int(size)), false)
		got = slices.DeleteFunc(got, func(s string) bool { return s == "ping" })
		if !slices.Equal(got, want) {
			t.Errorf("%q in pieces of %d: %q, want %q", stream, size, got, want)
		}
	})
}
