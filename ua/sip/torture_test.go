package sip

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tortureDir holds the messages of RFC 4475 and RFC 5118 with a MANIFEST.tsv beside them.
const tortureDir = "../../../shared/data"

// torture says for every message what becomes of it: "good", the status a request is owed, "discard" for a response with
// a fault, or "unframed" where Parse must give up. Where the RFC leaves a choice, the reason for ours stands behind it.
var torture = map[string]string{
	"rfc4475/wsinv.dat":            "good",
	"rfc4475/intmeth.dat":          "good",
	"rfc4475/esc01.dat":            "good",
	"rfc4475/escnull.dat":          "good",
	"rfc4475/esc02.dat":            "good",
	"rfc4475/lwsdisp.dat":          "good",
	"rfc4475/longreq.dat":          "good",
	"rfc4475/dblreq.dat":           "good",
	"rfc4475/semiuri.dat":          "good",
	"rfc4475/transports.dat":       "good",
	"rfc4475/mpart01.dat":          "good",
	"rfc4475/unreason.dat":         "good",
	"rfc4475/noreason.dat":         "good",
	"rfc4475/badinv01.dat":         "400",
	"rfc4475/clerr.dat":            "400",
	"rfc4475/ncl.dat":              "400",
	"rfc4475/scalar02.dat":         "400",
	"rfc4475/scalarlg.dat":         "discard",
	"rfc4475/quotbal.dat":          "400",
	"rfc4475/ltgtruri.dat":         "400",
	"rfc4475/lwsruri.dat":          "400",
	"rfc4475/lwsstart.dat":         "400",
	"rfc4475/trws.dat":             "400",
	"rfc4475/escruri.dat":          "400",  // the grammar of a Request-URI has no headers
	"rfc4475/baddate.dat":          "good", // nothing here reads Date
	"rfc4475/regbadct.dat":         "400",
	"rfc4475/badaspec.dat":         "good", // the spaces can mean nothing else
	"rfc4475/baddn.dat":            "unframed",
	"rfc4475/baddn.terminated.dat": "400", // the comma could as well separate two values
	"rfc4475/badvers.dat":          "505",
	"rfc4475/mismatch01.dat":       "400",
	"rfc4475/mismatch02.dat":       "400", // 501 is owed too, and for the one who knows the methods to say first
	"rfc4475/bigcode.dat":          "unframed",
	"rfc4475/badbranch.dat":        "400",
	"rfc4475/insuf.dat":            "400",
	"rfc4475/unkscm.dat":           "416",
	"rfc4475/novelsc.dat":          "416",
	"rfc4475/unksm2.dat":           "good", // schemes in To, From and Contact are a registrar's to refuse
	"rfc4475/bext01.dat":           "good", // 420 depends on what the receiver supports
	"rfc4475/invut.dat":            "good", // 415 likewise
	"rfc4475/regaut01.dat":         "good",
	"rfc4475/multi01.dat":          "400",
	"rfc4475/mcl01.dat":            "400",
	"rfc4475/bcast.dat":            "good", // the one whose Via it should carry discards it
	"rfc4475/zeromf.dat":           "good",
	"rfc4475/cparam01.dat":         "good",
	"rfc4475/cparam02.dat":         "good",
	"rfc4475/regescrt.dat":         "good",
	"rfc4475/sdp01.dat":            "good",
	"rfc4475/inv2543.dat":          "good",
	"rfc4475/test.dat":             "unframed", // no version in the request line

	"rfc5118/wire-crlf/ipv6-good.dat":                     "good",
	"rfc5118/wire-crlf/ipv6-bad.dat":                      "400",
	"rfc5118/wire-crlf/port-ambiguous.dat":                "good",
	"rfc5118/wire-crlf/port-unambiguous.dat":              "good",
	"rfc5118/wire-crlf/via-received-param-with-delim.dat": "good",
	"rfc5118/wire-crlf/via-received-param-no-delim.dat":   "good",
	"rfc5118/wire-crlf/ipv6-in-sdp.dat":                   "good",
	"rfc5118/wire-crlf/mult-ip-in-header.dat":             "good",
	"rfc5118/wire-crlf/mult-ip-in-sdp.dat":                "good",
	"rfc5118/wire-crlf/ipv4-mapped-ipv6.dat":              "good",
	"rfc5118/wire-crlf/ipv6-bug-abnf-3-colons.dat":        "400", // a third colon is no address to anybody else
	"rfc5118/wire-crlf/ipv6-correct-abnf-2-colons.dat":    "good",
}

// read returns a message of the torture folder; the test is skipped where the folder is missing.
func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(tortureDir, name))
	if os.IsNotExist(err) {
		t.Skipf("%s is not there: the torture messages are not part of this repository", filepath.Join(tortureDir, name))
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fate is what becomes of a datagram, in the words of the table.
func fate(datagram []byte) string {
	m, err := Parse(datagram)
	if err != nil {
		return "unframed"
	}
	f := Validate(m)
	switch {
	case f == nil:
		return "good"
	case m.IsRequest():
		return strconv.Itoa(f.Status)
	}
	return "discard"
}

func TestTortureMessages(t *testing.T) {
	for name, wanted := range torture {
		t.Run(name, func(t *testing.T) { want(t, "what becomes of it", fate(read(t, name)), wanted) })
	}
}

// TestTortureTableIsWhatTheRFCsOwe holds the table against the manifests: every message is in it, and no fate is one that
// the manifest rules out. A fate of "good" leaves the answer to the user agent, who has one to choose if the row names a
// status that is not Validate's.
func TestTortureTableIsWhatTheRFCsOwe(t *testing.T) {
	for dir, files := range map[string]string{"rfc4475": "rfc4475/", "rfc5118": "rfc5118/wire-crlf/"} {
		for _, row := range manifest(t, dir) {
			wanted, ok := torture[files+row["file"]]
			if !ok {
				t.Errorf("%s/%s is not in the table", dir, row["file"])
				continue
			}
			owed := strings.Split(row["uas"], "|")
			if !slices.ContainsFunc(owed, func(status string) bool { return allows(status, wanted, row) }) {
				t.Errorf("%s/%s is %s in the table, but is owed %s", dir, row["file"], wanted, row["uas"])
			}
		}
	}
}

// allows tells whether an entry of the manifest's column uas lets a message have that fate.
func allows(status, fate string, row map[string]string) bool {
	switch status {
	case "-": // any sane answer
		return fate == "good" || row["parse"] == "unreferenced"
	case "response":
		return fate == "good"
	case "drop":
		return fate == "unframed" || fate == "discard" || row["parse"] == "valid-syntax"
	case "400", "416", "505":
		return fate == status
	}
	return fate == "good"
}

// manifest reads a MANIFEST.tsv into rows by column.
func manifest(t *testing.T, dir string) []map[string]string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(read(t, dir+"/MANIFEST.tsv"))), "\n")
	columns := strings.Split(lines[0], "\t")
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range strings.Split(line, "\t") {
			row[columns[i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func TestTortureMessagesSurviveARoundTrip(t *testing.T) {
	for name, fate := range torture {
		if fate == "unframed" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			first, err := Parse(read(t, name))
			if err != nil {
				t.Fatal(err)
			}
			second, err := Parse(first.Append(nil))
			if err != nil {
				t.Fatalf("what was written cannot be read: %v", err)
			}
			wantSame(t, second, first)
		})
	}
}

// wantSame compares two messages in all but Content-Length, which Append writes anew.
func wantSame(t *testing.T, got, wanted *Message) {
	t.Helper()
	plain := func(m *Message) string {
		c := m.Clone()
		c.Del("Content-Length")
		c.Body = nil
		return fmt.Sprintf("%q", c)
	}
	want(t, "message", plain(got), plain(wanted))
	if !bytes.Equal(got.Body, wanted.Body) {
		t.Errorf("body is %q, want %q", got.Body, wanted.Body)
	}
}

// What single messages are in the RFC for.

func tortured(t *testing.T, name string) *Message {
	t.Helper()
	m, err := Parse(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWsinvIsAnOrdinaryInvite(t *testing.T) {
	m := tortured(t, "rfc4475/wsinv.dat")
	to, _ := m.To()
	want(t, "To tag", to.Tag(), "1918181833n")
	from, _ := m.From()
	want(t, "From display name", from.Display, `J Rosenberg \"`)
	want(t, "From tag", from.Tag(), "98asjd8")
	cseq, _ := m.CSeq()
	want(t, "CSeq", cseq, CSeq{9, "INVITE"})
	vias := slices.Collect(m.Values("Via"))
	want(t, "number of Vias", len(vias), 3)
	second, err := ParseVia(vias[1])
	want(t, "error of the second Via", err, nil)
	want(t, "second Via", second.Transport+" "+second.SentBy()+" "+second.Branch(), "TCP spindle.example.com z9hG4bK9ikj8")
	want(t, "folded value", m.Get("NewFangledHeader"), "newfangled value continued newfangled value")
	contact, _ := m.Contact()
	want(t, "Contact display name", contact.Display, `Quoted string ""`)
	newparam, _ := contact.Params.Get("newparam")
	want(t, "newparam", newparam, "newvalue")
	want(t, "body length", len(m.Body), 150)
}

func TestEscapesAreKeptAndCompareEqual(t *testing.T) {
	m := tortured(t, "rfc4475/esc01.dat")
	u, _ := ParseURI(m.RequestURI)
	want(t, "scheme", u.Scheme, "sip")
	want(t, "user", Unescape(u.User), "sips:user@example.com")
	to, _ := m.To()
	plain, _ := ParseURI("sip:user@example.com")
	want(t, "To equals the plain URI", to.URI.Equal(plain), true)

	m = tortured(t, "rfc4475/escnull.dat")
	var contacts []URI
	for value := range m.Values("Contact") {
		a, err := ParseAddress(value)
		want(t, "Contact error", err, nil)
		contacts = append(contacts, a.URI)
	}
	want(t, "number of Contacts", len(contacts), 2)
	want(t, "one NUL equals two", contacts[0].Equal(contacts[1]), false)

	want(t, "method", tortured(t, "rfc4475/esc02.dat").Method, "RE%47IST%45R")
}

func TestOctetsBehindTheBodyAreDropped(t *testing.T) {
	m := tortured(t, "rfc4475/dblreq.dat")
	want(t, "method", m.Method, "REGISTER")
	want(t, "body length", len(m.Body), 0)
}

func TestUserPartMayHoldASemicolon(t *testing.T) {
	u, err := ParseURI(tortured(t, "rfc4475/semiuri.dat").RequestURI)
	want(t, "error", err, nil)
	want(t, "user", Unescape(u.User), "user;par=u@example.net")
	want(t, "host", u.Host, "example.com")
}

func TestContactParametersAreTheHeadersOrTheURIs(t *testing.T) {
	outside, _ := tortured(t, "rfc4475/cparam01.dat").Contact()
	want(t, "parameter without brackets is the header's", outside.Params.Has("unknownparam"), true)
	inside, _ := tortured(t, "rfc4475/cparam02.dat").Contact()
	want(t, "parameter in brackets is the URI's", inside.URI.Params.Has("unknownparam"), true)
	want(t, "and not the header's", inside.Params.Has("unknownparam"), false)
}

func TestBinaryBodyIsWhole(t *testing.T) {
	m := tortured(t, "rfc4475/mpart01.dat")
	want(t, "body length", len(m.Body), 553)
	want(t, "body holds a NUL", bytes.IndexByte(m.Body, 0) >= 0, true)
}

func TestCSeqThatIsTooLargeIsEchoedAsItCame(t *testing.T) {
	r := NewResponse(tortured(t, "rfc4475/scalar02.dat"), 400, "")
	want(t, "CSeq", r.Get("CSeq"), "36893488147419103232 REGISTER")
}

func TestIPv6HostsAndPorts(t *testing.T) {
	uri := func(name string) URI {
		u, err := ParseURI(tortured(t, "rfc5118/wire-crlf/"+name).RequestURI)
		want(t, name+" error", err, nil)
		return u
	}
	want(t, "port inside the brackets", uri("port-ambiguous.dat").Port, 0)
	want(t, "host", uri("port-ambiguous.dat").Host, "2001:db8::10:5070")
	want(t, "port outside the brackets", uri("port-unambiguous.dat").Port, 5070)
	for _, name := range []string{"via-received-param-with-delim.dat", "via-received-param-no-delim.dat"} {
		via, err := tortured(t, "rfc5118/wire-crlf/"+name).TopVia()
		want(t, name+" error", err, nil)
		want(t, name+" received", via.Received(), "2001:db8::9:255")
	}
}
