package stun

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
)

func octets(t testing.TB, text string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var id = ID{0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae}

const head = " 2112a442 b7e7a701bc34d686fa87dfae "

// The addresses are those of RFC 5769 §2.2 and §2.3.
const (
	success4 = "0101 000c" + head + "0020 0008 0001a147e112a643"
	success6 = "0101 0018" + head + "0020 0014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
)

func TestRequest(t *testing.T) {
	if got := hex.EncodeToString(Request(id)); got != strings.Join(strings.Fields("0001 0000"+head), "") {
		t.Errorf("asks with %s", got)
	}
	if !Is(Request(id)) || Is([]byte("REGISTER sip:pbx.test SIP/2.0\r\n")) || Is(nil) {
		t.Error("STUN and SIP are not told apart")
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct{ text, mapped string }{
		{success4, "192.0.2.1:32853"},
		{success6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"},
		{"0101 000c" + head + "0001 0008 00011389c0000201", "192.0.2.1:5001"},
		{"0101 0018" + head + "0020 0008 0001a147e112a643 0001 0008 00011389c0000209", "192.0.2.1:32853"},
		{"0101 0014" + head + "0001 0008 00011389c0000209 8022 0001 61000000", "192.0.2.9:5001"},
	} {
		got, err := Parse(octets(t, c.text))
		if err != nil || got.ID != id || got.Mapped != netip.MustParseAddrPort(c.mapped) || got.Status != 0 {
			t.Errorf("%s: %+v, %v; want %s", c.text, got, err, c.mapped)
		}
	}
	got, err := Parse(octets(t, "0111 0008"+head+"0009 0004 00000414"))
	if err != nil || got.Status != 420 || got.Mapped.IsValid() {
		t.Errorf("error 420: %+v, %v", got, err)
	}
}

func TestWhatIsNoAnswer(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                 "",
		"a request":               "0001 0000" + head,
		"an indication":           "0011 0000" + head,
		"RFC 3489, no cookie":     "0101 000c 00000000 b7e7a701bc34d686fa87dfae 0001 0008 00011389c0000201",
		"too short":               strings.TrimSuffix(success4, "43"),
		"too long":                success4 + "00000000",
		"no address":              "0101 0000" + head,
		"no status":               "0111 0000" + head,
		"an address of no family": "0101 000c" + head + "0020 0008 0003a147e112a643",
		"an address cut short":    "0101 0008" + head + "0020 0004 0001a147",
		"an attribute too long":   "0101 0008" + head + "0020 0008 0001a147",
		"half an attribute":       "0101 0004" + head + "00200008",
		"one that must be known":  "0101 0010" + head + "0020 0008 0001a147e112a643 0003 0000",
		"a status of no class":    "0111 0008" + head + "0009 0004 00000200",
	} {
		if got, err := Parse(octets(t, text)); err == nil {
			t.Errorf("%s: read as %+v", name, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{success4, success6, "0111 0008" + head + "0009 0004 00000414", "0101 0000" + head} {
		f.Add(octets(f, text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Parse(b)
		if err == nil && r.Mapped.IsValid() == (r.Status != 0) {
			t.Errorf("%x is read as %+v", b, r)
		}
	})
}
