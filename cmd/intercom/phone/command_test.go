package phone

import (
	"strings"
	"testing"
	"unicode/utf8"

	"intercom/ua"
)

func TestCommands(t *testing.T) {
	for line, want := range map[string]command{
		"dial sip:11@fritz.box":                      {verb: "dial", uri: "sip:11@fritz.box"},
		"  dial\tsip:11@[::1]:5070;transport=tcp \r": {verb: "dial", uri: "sip:11@[::1]:5070;transport=tcp"},
		"dial 11":                        {verb: "dial", uri: "11"},
		"answer":                         {verb: "answer"},
		"answer in-2":                    {verb: "answer", call: "in-2"},
		"reject":                         {verb: "reject"},
		"reject 603":                     {verb: "reject", status: 603},
		"reject in-1":                    {verb: "reject", call: "in-1"},
		"reject 302 in-1":                {verb: "reject", status: 302, call: "in-1"},
		"hangup out-12":                  {verb: "hangup", call: "out-12"},
		"hold":                           {verb: "hold"},
		"resume in-1":                    {verb: "resume", call: "in-1"},
		"dtmf 0123456789*#abcD":          {verb: "dtmf", digits: "0123456789*#ABCD"},
		"dtmf #":                         {verb: "dtmf", digits: "#"},
		"dtmf 5 out-1":                   {verb: "dtmf", digits: "5", call: "out-1"},
		"transfer sip:12@fritz.box":      {verb: "transfer", uri: "sip:12@fritz.box"},
		"attended sip:12@fritz.box in-3": {verb: "attended", uri: "sip:12@fritz.box", call: "in-3"},
		"message sip:11@fritz.box  the  post is in ": {verb: "message", uri: "sip:11@fritz.box", text: "the  post is in"},
		"options sip:fritz.box":                      {verb: "options", uri: "sip:fritz.box"},
		"status":                                     {verb: "status"},
		"quit":                                       {verb: "quit"},
	} {
		if got, ok, err := parseCommand(line); got != want || !ok || err != nil {
			t.Errorf("%q: got %+v, %v, %v, want %+v", line, got, ok, err, want)
		}
	}
}

func TestLinesThatAreNoCommand(t *testing.T) {
	for _, line := range []string{"", " ", "\t\r", "# dial sip:11@fritz.box", "  #"} {
		if got, ok, err := parseCommand(line); ok || err != nil {
			t.Errorf("%q: got %+v, %v, %v, want nothing", line, got, ok, err)
		}
	}
}

func TestFaultsOfCommands(t *testing.T) {
	for line, want := range map[string]string{
		"call sip:11@fritz.box":                `there is no command "call"; there are dial, answer`,
		"Dial sip:11@fritz.box":                `no command "Dial"`,
		"dial":                                 `write "dial URI"`,
		"dial sip:11@fritz.box now":            `"now" is too much`,
		"answer 200":                           `"200" is no call`,
		"answer in-1 in-2":                     `"in-2" is too much`,
		"answer in-":                           `"in-" is no call`,
		"answer up-1":                          `"up-1" is no call`,
		"answer in--1":                         `"in--1" is no call`,
		"reject 200":                           "a status from 300 to 699",
		"reject 700":                           "a status from 300 to 699",
		"reject busy":                          `"busy" rejects nothing`,
		"dtmf":                                 `write "dtmf DIGITS [CALL]"`,
		"dtmf 12e":                             "the keys are 0123456789*#ABCD",
		"dtmf 1 2":                             `"2" is no call`,
		"message sip:11@fritz.box":             `write "message URI TEXT"`,
		"message":                              `URI is not said`,
		"status now":                           `"now" is too much`,
		"dial sip:11@fritz.box\x00":            "no text",
		"dial sip:\xff@fritz.box":              "no text",
		"dial a\x1b[2J":                        "no text",
		"dial " + strings.Repeat("1", MaxLine): "too long",
	} {
		_, ok, err := parseCommand(line)
		if ok || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80q: got %v, %v, want %q", line, ok, err, want)
		} else if len(err.Error()) > 300 {
			t.Errorf("%.80q: the sentence has %d octets", line, len(err.Error()))
		}
	}
}

func TestUsageListsEveryCommand(t *testing.T) {
	usage := strings.Join(Usage(), "\n")
	for _, want := range []string{"dial URI", "reject [CODE] [CALL]", "message URI TEXT", "quit"} {
		if !strings.Contains(usage, want) {
			t.Errorf("%q is not in %q", want, usage)
		}
	}
}

// Whatever is typed is a command that can be carried out, or an error that can be printed, and never both.
func FuzzCommand(f *testing.F) {
	for _, line := range []string{"dial sip:11@fritz.box", "reject 486 in-1", "dtmf 12#", "message sip:a@b hello", "#", "dial \xff", "hold x"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, ok, err := parseCommand(line)
		switch {
		case ok && err != nil, !ok && c != command{}:
			t.Fatalf("%q: %+v, %v, %v", line, c, ok, err)
		case err != nil && (!utf8.ValidString(err.Error()) || strings.ContainsAny(err.Error(), "\x00\n\r\x1b")):
			t.Fatalf("%q: the error %q cannot be printed", line, err)
		case !ok:
			return
		}
		if strings.Trim(c.digits, keys) != "" || c.status != 0 && (c.status < 300 || c.status > 699) || c.call != "" && !isCall(string(c.call)) {
			t.Fatalf("%q: %+v cannot be carried out", line, c)
		}
		if strings.ContainsAny(c.uri, " \t\r\n\x00") || c.verb == "dial" && c.uri == "" || c.verb == "dtmf" && c.digits == "" {
			t.Fatalf("%q: %+v cannot be carried out", line, c)
		}
	})
}

func TestTheCallThatACommandIsFor(t *testing.T) {
	rings := func(id ua.CallID) *line { return &line{id: id, incoming: true, state: ringing} }
	up := func(id ua.CallID) *line { return &line{id: id, state: answered} }
	for name, c := range map[string]struct {
		lines lines
		say   string
		want  ua.CallID
	}{
		"none":                         {lines{}, "hangup", ""},
		"none rings":                   {lines{all: []*line{up("out-1")}}, "answer", ""},
		"it rings there, not here":     {lines{all: []*line{{id: "out-1", state: ringing}}}, "answer", ""},
		"the first that rings":         {lines{all: []*line{up("out-1"), rings("in-1"), rings("in-2")}, current: "out-1"}, "answer", "in-1"},
		"the one that is named":        {lines{all: []*line{rings("in-1"), rings("in-2")}}, "reject in-2", "in-2"},
		"one that does not ring":       {lines{all: []*line{up("in-1")}}, "reject in-1", ""},
		"one that is not there":        {lines{all: []*line{up("in-1")}, current: "in-1"}, "hangup in-2", ""},
		"the current one":              {lines{all: []*line{up("in-1"), up("in-2")}, current: "in-1"}, "hold", "in-1"},
		"the one that rings, declined": {lines{all: []*line{rings("in-1")}}, "hangup", "in-1"},
	} {
		command, _, err := parseCommand(c.say)
		if err != nil {
			t.Fatal(err)
		}
		switch n, err := c.lines.chosen(command); {
		case c.want == "" && err == nil:
			t.Errorf("%s: %q is for %s, want an error", name, c.say, n.id)
		case c.want != "" && (err != nil || n.id != c.want):
			t.Errorf("%s: %q is for %+v, %v, want %s", name, c.say, n, err, c.want)
		}
	}
}

func TestWhichCallIsCurrentAfterAnother(t *testing.T) {
	l := lines{all: []*line{
		{id: "in-1", state: answered}, {id: "out-1", state: answered}, {id: "in-2", incoming: true, state: ringing}, {id: "out-2", state: answered},
	}, current: "out-2"}
	for _, want := range []ua.CallID{"out-1", "in-1", "in-2", ""} {
		if l.remove(l.current); l.current != want {
			t.Fatalf("the current call is %q, want %q", l.current, want)
		}
	}
}
