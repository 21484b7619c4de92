package sip

import (
	"bytes"
	"strings"
	"testing"
)

// feed gives Split the stream one octet more at a time and returns the messages it found, in the way a connection reads:
// what was found is taken away before the next octet comes.
func feed(stream []byte) (messages [][]byte, rest []byte, err error) {
	begin := 0
	for end := range len(stream) + 1 {
		n, err := Split(stream[begin:end])
		if err != nil {
			return messages, stream[begin:end], err
		}
		if n > 0 {
			messages = append(messages, stream[begin:begin+n])
			begin += n
		}
	}
	return messages, stream[begin:], nil
}

func TestSplitFindsMessagesInWhateverPiecesTheyCome(t *testing.T) {
	one, two := crlf(invite), crlf("\n\nBYE sip:a@b SIP/2.0\nl:2\n\nhi")
	stream := bytes.Join([][]byte{one, two, one}, nil)
	messages, rest, err := feed(stream)
	if err != nil || len(messages) != 3 || len(rest) != 0 {
		t.Fatalf("%d messages, rest %q, %v; want 3 and nothing left", len(messages), rest, err)
	}
	for i, wanted := range [][]byte{one, two, one} {
		if !bytes.Equal(messages[i], wanted) {
			t.Errorf("message %d is %q, want %q", i, messages[i], wanted)
		}
	}
	// In whatever two pieces it comes, the first message is the same.
	for cut := range stream {
		n, err := Split(stream[:cut])
		if wanted := len(one); err != nil || n != 0 && n != wanted || (n == 0) != (cut < wanted) {
			t.Fatalf("the first %d octets give %d, %v; want %d from there on", cut, n, err, wanted)
		}
	}
}

func TestSplitGivesUpWhereTheEndCannotBeKnown(t *testing.T) {
	head := "OPTIONS sip:a@b SIP/2.0\nCSeq: 1 OPTIONS\n"
	for _, c := range []struct{ name, stream, says string }{
		{"negative length", head + "Content-Length: -999\n\n", "-999"},
		{"length in words", head + "Content-Length: twelve\n\n", "twelve"},
		{"empty length", head + "l:\n\n", "no number"},
		{"length beyond 32 bits", head + "Content-Length: 99999999999\n\n", "32 bits"},
		{"huge length", head + "Content-Length: 4294967295\n\n", "longer than 65535"},
		{"length over the limit", head + "Content-Length: 65535\n\n", "longer than 65535"},
		{"two lengths", head + "Content-Length: 13\nl: 5\n\n", "both 13 and 5"},
		{"folded second length", head + "Content-Length: 13\nContent-Length:\n 5\n\n", "both 13 and 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			stream := crlf(c.stream)
			n, err := Split(stream)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("error is %v, want one that says %q", err, c.says)
			}
			// The head comes with the error, so that the request can be refused before the connection closes.
			m, err := Parse(stream[:n])
			if err != nil || m.Get("CSeq") != "1 OPTIONS" {
				t.Errorf("the head is %q, %v", stream[:n], err)
			}
		})
	}
}

func TestSplitBoundsWhatItWaitsFor(t *testing.T) {
	for name, stream := range map[string][]byte{
		"a header line of 3 MB": append(crlf("INVITE sip:a@b SIP/2.0\nSubject: "), bytes.Repeat([]byte("x"), 3<<20)...),
		"line breaks for ever":  bytes.Repeat([]byte("\r\n"), MaxMessage),
		"no line at all":        bytes.Repeat([]byte("x"), MaxMessage+1),
	} {
		if n, err := Split(stream); n != 0 || err == nil {
			t.Errorf("%s: %d, %v; want an error", name, n, err)
		}
	}
	if n, err := Split([]byte("\r\n\r\n")); n != 0 || err != nil {
		t.Errorf("a keep-alive alone: %d, %v; want to wait", n, err)
	}
}

func TestSplitWithoutContentLengthTakesNoBody(t *testing.T) {
	messages, rest, err := feed(crlf("OPTIONS sip:a@b SIP/2.0\n\nrest"))
	if err != nil || len(messages) != 1 || string(rest) != "rest" {
		t.Errorf("%q, rest %q, %v", messages, rest, err)
	}
}

// TestTortureMessagesOnAStream sends every torture message octet by octet with an ordinary one behind it.
func TestTortureMessagesOnAStream(t *testing.T) {
	for name := range torture {
		t.Run(name, func(t *testing.T) {
			datagram := read(t, name)
			messages, rest, err := feed(append(bytes.Clone(datagram), crlf(invite)...))
			switch name {
			case "rfc4475/ncl.dat", "rfc4475/mcl01.dat",
				"rfc4475/baddn.dat": // has no end, and so takes the next one's header fields for its own: two lengths
				if err == nil {
					t.Error("the connection must be closed")
				}
				return
			case "rfc4475/clerr.dat": // waits for octets that will never be its own
				want(t, "messages", len(messages), 0)
				return
			case "rfc4475/inv2543.dat": // without Content-Length its body cannot be told from the next message
				want(t, "messages", len(messages), 2)
				return
			}
			if err != nil || len(messages) < 2 || len(rest) != 0 {
				t.Fatalf("%d messages, rest %q, %v", len(messages), rest, err)
			}
			last := messages[len(messages)-1]
			if !bytes.HasSuffix(last, crlf(invite)) || len(bytes.TrimLeft(last, "\r\n")) != len(crlf(invite)) {
				t.Errorf("the message behind it came as %q", last)
			}
			whole, err1 := Parse(datagram)
			first, err2 := Parse(messages[0])
			if (err1 == nil) != (err2 == nil) {
				t.Fatalf("as a datagram %v, on the stream %v", err1, err2)
			}
			if err1 == nil {
				wantSame(t, first, whole)
			}
		})
	}
}
