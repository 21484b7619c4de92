package configs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

const indexed = `top = 1
[station] # a table
  name = "Tür = [1]"   # not a = key
'quoted key' = 2
a.b . c = 'x'
[[button]]
name = "one"
call = [ # who
  "sip:11", # first
  'sip:12',
  """sip:
13""",
]
[[button]]
name = """"two""""
inline = { x = 1, y = [ 2, { z = 3 } ] }
[button.sub]
k = 1979-05-27T07:32:00Z
`

func TestIndex(t *testing.T) {
	s := newSource("x", indexed)
	places := newIndex(indexed)
	for path, want := range map[string]string{
		"top":                 "1:1 1:7 1",
		"station":             "2:1 2:1 [station] # a table",
		"station.name":        `3:3 3:10 "Tür = [1]"`,
		"station.quoted key":  "4:1 4:16 2",
		"station.a.b.c":       "5:1 5:11 'x'",
		"station.a.b":         "5:1 5:1 a.b . c",
		"button":              "6:1 6:1 [[button]]",
		"button.0":            "6:1 6:1 [[button]]",
		"button.0.name":       `7:1 7:8 "one"`,
		"button.0.call.0":     `9:3 9:3 "sip:11"`,
		"button.0.call.1":     `10:3 10:3 'sip:12'`,
		"button.0.call.2":     "11:3 11:3 \"\"\"sip:\n13\"\"\"",
		"button.1.name":       `15:1 15:8 """"two""""`,
		"button.1.inline.x":   "16:12 16:16 1",
		"button.1.inline.y.0": "16:25 16:25 2",
		"button.1.inline.y.1": "16:28 16:28 { z = 3 }",
		"button.1.sub":        "17:1 17:1 [button.sub]",
		"button.1.sub.k":      "18:1 18:5 1979-05-27T07:32:00Z",
	} {
		p, ok := places[path]
		if !ok {
			t.Errorf("there is no %s", path)
			continue
		}
		line, column := s.position(p.key)
		vline, vcolumn := s.position(p.value)
		if got := fmt.Sprintf("%d:%d %d:%d %s", line, column, vline, vcolumn, strings.TrimSpace(indexed[p.value:p.end])); got != want {
			t.Errorf("%s is at %s, wanted %s", path, got, want)
		}
	}
	if p := places.near("button.0.nothing.here"); p != places["button.0"] {
		t.Errorf("near an unwritten key: %v", p)
	}
}

// Whatever TOML holds, the index has a place for each of its keys, within the text; of what is no TOML it makes something
// without harm.
func FuzzIndex(f *testing.F) {
	f.Add(indexed)
	f.Add(string(Reference))
	f.Add("[[[")
	f.Add("a = {b = [\"\\\"\", '''''''']}")
	f.Add("a = \"\"\"x\\")
	f.Fuzz(func(t *testing.T, text string) {
		places := newIndex(text)
		for path, p := range places {
			if p.key < 0 || p.value < p.key || p.end < p.value || p.end > len(text) {
				t.Fatalf("%q: %v lies outside the text", path, p)
			}
		}
		var data map[string]any
		if strings.HasPrefix(text, "\ufeff") || strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
			return // the parser skips these marks; Check takes the first off before
		}
		if _, err := toml.Decode(text, &data); err == nil {
			eachValue(data, "", 0, func(path string) {
				if _, ok := places[path]; !ok {
					t.Fatalf("there is no place for %q in %v", path, places)
				}
			})
		}
	})
}

func eachValue(v any, path string, depth int, f func(string)) {
	if depth >= deepest-2 {
		return
	}
	if path != "" {
		f(path)
	}
	switch v := v.(type) {
	case map[string]any:
		for key, e := range v {
			eachValue(e, join(path, key), depth+1, f)
		}
	case []map[string]any:
		for i, e := range v {
			eachValue(e, join(path, fmt.Sprint(i)), depth+1, f)
		}
	case []any:
		for i, e := range v {
			eachValue(e, join(path, fmt.Sprint(i)), depth+1, f)
		}
	}
}

// The largest file that is taken, of the worst kinds, is judged in a moment and does not take the board's memory.
func TestHugeFiles(t *testing.T) {
	for _, unit := range []string{"[", "[[", "a.", "a=[", "a={", "a={\n", "a.a=1\n", "[a]\n", "x", "\"", "=\n", "{", "a = {b = ", "[[button]]\n", "call = [\n", "\n", "é", "\\"} {
		text := strings.Repeat(unit, largest/len(unit))
		if _, faults := Check("x.toml", []byte(text)); len(faults) == 0 {
			t.Errorf("%q over and over is a good configuration", unit)
		}
	}
	var many strings.Builder
	for i := 0; many.Len() < largest; i++ {
		fmt.Fprintf(&many, "k%d = %d\n", i, i)
	}
	_, faults := Check("x.toml", []byte(many.String()))
	if len(faults) < 5000 {
		t.Errorf("only %d faults", len(faults))
	}
}
