package gpioline

import (
	"strings"
	"testing"
)

func chip(path, label string, names ...string) Chip {
	c := Chip{Path: path, Label: label}
	for _, n := range names {
		c.Lines = append(c.Lines, Line{Name: n})
	}
	return c
}

// A Raspberry Pi 5 in small, with two expanders of one kind.
var chips = []Chip{
	chip("/dev/gpiochip0", "pinctrl-rp1", "ID_SDA", "ID_SCL", "GPIO2", "GPIO3", "PL061:3", ""),
	chip("/dev/gpiochip10", "gpio-brcmstb@107d508500", "-", "2712_BOOT_CS_N", "-"),
	chip("/dev/gpiochip11", "mcp23017", "", "", "OUT"),
	chip("/dev/gpiochip12", "mcp23017", "", "", "OUT2"),
}

func TestFind(t *testing.T) {
	for address, want := range map[string]string{
		"GPIO3":                     `line 3 ("GPIO3") of pinctrl-rp1 (/dev/gpiochip0)`,
		"pinctrl-rp1:2":             `line 2 ("GPIO2") of pinctrl-rp1 (/dev/gpiochip0)`,
		"pinctrl-rp1:5":             `line 5 of pinctrl-rp1 (/dev/gpiochip0)`,
		"gpio-brcmstb@107d508500:1": `line 1 ("2712_BOOT_CS_N") of gpio-brcmstb@107d508500 (/dev/gpiochip10)`,
		"OUT2":                      `line 2 ("OUT2") of mcp23017 (/dev/gpiochip12)`,
	} {
		a, err := ParseAddress(address)
		if err != nil {
			t.Error(err)
			continue
		}
		p, err := find(a, chips)
		if err != nil {
			t.Error(err)
		} else if p.String() != want {
			t.Errorf("%s is %v, want %s", address, p, want)
		}
	}
}

func TestWhatCannotBeFoundIsToldWithWhatThereIs(t *testing.T) {
	for address, part := range map[string]string{
		"GPIO17":             "pinctrl-rp1 (6 lines)",
		"gpio3":              `did you mean "GPIO3" or "GPIO2"?`,
		"ID_SDL":             `did you mean "ID_SDA" or "ID_SCL"?`,
		"RELAY":              `no line is "RELAY"; the chips`,
		"pinctrl-bcm2711:17": "pinctrl-rp1 (6 lines)",
		"pinctrl-rp1:6":      "pinctrl-rp1 ends with line 5",
		"mcp23017:2":         `"mcp23017:2" is both line 2 ("OUT") of mcp23017 (/dev/gpiochip11) and`,
		"-":                  `"-" is both`,
	} {
		a, err := ParseAddress(address)
		if err != nil {
			t.Error(err)
			continue
		}
		if p, err := find(a, chips); err == nil {
			t.Errorf("%s was found: %v", address, p)
		} else if !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %q is missing in: %v", address, part, err)
		}
	}
	if _, err := find(Address{Name: "GPIO17"}, nil); err == nil || !strings.Contains(err.Error(), "/dev/gpiochip*") {
		t.Errorf("without any chip: %v", err)
	}
}

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]Address{
		"GPIO17":                       {Name: "GPIO17"},
		"pinctrl-bcm2835:17":           {Label: "pinctrl-bcm2835", Offset: 17},
		"300b000.pinctrl:0":            {Label: "300b000.pinctrl", Offset: 0},
		"a:b:3":                        {Label: "a:b", Offset: 3},
		"label:offset":                 {Name: "label:offset"},
		"chip:-1":                      {Name: "chip:-1"},
		"chip:70000":                   {Name: "chip:70000"},
		"pin name with spaces and : x": {Name: "pin name with spaces and : x"},
	} {
		got, err := ParseAddress(text)
		if err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", ":17", "GPIO17\n", "\x1b[2J", strings.Repeat("x", 100)} {
		if a, err := ParseAddress(text); err == nil || !strings.Contains(err.Error(), "gpioline: ") {
			t.Errorf("%q was read as %+v, %v", text, a, err)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"GPIO17", "pinctrl-bcm2835:17", ":", "a:b:3", "x:00017"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		if (a.Name == "") == (a.Label == "") {
			t.Errorf("%q has both or neither of name and label: %+v", s, a)
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a {
			t.Errorf("%q, printed as %q, is read as %+v, %v", s, a, again, err)
		}
	})
}

// On the computer that runs the tests: whatever there is, an error names it.
func TestThisComputer(t *testing.T) {
	all, err := Chips()
	t.Logf("%d chips, %v", len(all), err)
	_, err = OpenOutput("no such line", Options{})
	if err == nil || !strings.Contains(err.Error(), `"no such line"`) {
		t.Errorf("OpenOutput: %v", err)
	}
	if _, err := OpenInput("", Options{}); err == nil {
		t.Error("OpenInput without a line was accepted")
	}
}
