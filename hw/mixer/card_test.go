package mixer

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func stick() *fake {
	second := level("Mic Capture Volume", 0, 10, nil, 3)
	second.index = 1
	readOnly := toggle("Jack", 1)
	readOnly.access = accessRead
	elsewhere := toggle("Playback Channel Map", 1)
	elsewhere.iface = 3
	f := newFake("Device", "USB-Audio",
		elsewhere,
		toggle("Mic Playback Switch", 1),
		level("Mic Playback Volume", 0, 31, steps(-2300, 100, false), 8),
		toggle("Speaker Playback Switch", 0),
		level("Speaker Playback Volume", 0, 37, words(tlvMinMax, 8, -3700, 0), 0, 0),
		level("Mic Capture Volume", 0, 35, steps(-1200, 100, false), 0),
		second,
		toggle("Auto Gain Control", 1),
		choice("PCM Capture Source", 0, "Mic", "Line, rear", "IEC958 In"),
		readOnly,
		level("Bits", -4, 4, nil, 0, 0),
	)
	copy(f.info_.components[:], "USB0d8c:0014")
	return f
}

func introduced(t *testing.T, f *fake) *Card {
	t.Helper()
	c, err := introduce(f)
	if err == nil {
		err = c.load()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What a card has, as people read it.
func TestControls(t *testing.T) {
	c := introduced(t, stick())
	all, err := c.Controls()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range all {
		got = append(got, o.Name+": "+o.Value()+" of "+o.Range())
	}
	want := []string{
		"Mic Playback Switch: on of off or on",
		"Mic Playback Volume: 8 (-15 dB) of 0 to 31 (-23 dB to 8 dB)",
		"Speaker Playback Switch: off of off or on",
		"Speaker Playback Volume: 0 (-37 dB) of 0 to 37 (-37 dB to 0 dB)",
		"Mic Capture Volume: 0 (-12 dB) of 0 to 35 (-12 dB to 23 dB)",
		"Mic Capture Volume,1: 3 of 0 to 10",
		"Auto Gain Control: on of off or on",
		`PCM Capture Source: Mic of "Mic" or "Line, rear" or "IEC958 In"`,
		"Jack: on of off or on",
		"Bits: 0 of -4 to 4",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if c.ID != "Device" || c.Driver != "USB-Audio" || c.Components != "USB0d8c:0014" {
		t.Errorf("card is %+v", c)
	}
}

// All ways in which people write values.
func TestSet(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        []int
	}{
		{"Speaker Playback Volume", "80%", []int{30, 30}},
		{"Speaker Playback Volume", "100 %", []int{37, 37}},
		{"Speaker Playback Volume", "0%", []int{0, 0}},
		{"Speaker Playback Volume", "-6dB", []int{31, 31}},
		{"Speaker Playback Volume", "-6.4 db", []int{31, 31}},
		{"Speaker Playback Volume", "12, 50%", []int{12, 19}},
		{"speaker playback volume", "-37dB,0dB", []int{0, 37}},
		{"Bits", "-3", []int{-3, -3}},
		{"Bits", "25%", []int{-2, -2}},
		{"Speaker Playback Switch", "on", []int{1}},
		{"Auto Gain Control", "OFF", []int{0}},
		{"PCM Capture Source", "IEC958 in", []int{2}},
		{"PCM Capture Source", "Line, rear", []int{1}},
	} {
		f := stick()
		if err := introduced(t, f).Set(c.name, c.value); err != nil {
			t.Errorf("%s = %s: %v", c.name, c.value, err)
		}
		i := slices.IndexFunc(f.elements, func(e element) bool { return strings.EqualFold(e.name, c.name) })
		if got := f.elements[i].values; !slices.Equal(got, c.want) {
			t.Errorf("%s = %s is %v, want %v", c.name, c.value, got, c.want)
		}
	}
	f := stick()
	if err := introduced(t, f).Set("Mic Capture Volume,1", "7"); err != nil || f.elements[6].values[0] != 7 || f.elements[5].values[0] != 0 {
		t.Errorf("the second of a name: %v, %v, %v", err, f.elements[6].values, f.elements[5].values)
	}
}

// What cannot be set is told in a way that helps, and nothing is written.
func TestSetWrongly(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"Speaker Volume", "80%", `Device has no control "Speaker Volume"; the nearest are: "Speaker Playback Volume"`},
		{"Mic Boost", "on", `the nearest are: "Mic`},
		{"Speaker Playback Volume", "101%", "a share is 0% to 100%"},
		{"Speaker Playback Volume", "NaN%", "a share is 0% to 100%"},
		{"Speaker Playback Volume", "6dB", "it goes from -37 dB to 0 dB"},
		{"Speaker Playback Volume", "infdB", "it goes from -37 dB to 0 dB"},
		{"Speaker Playback Volume", "NaNdB", `decibels are written "-6dB"`},
		{"Speaker Playback Volume", "38", "it goes from 0 to 37 (-37 dB to 0 dB)"},
		{"Speaker Playback Volume", "loud", `"Speaker Playback Volume" cannot be "loud"`},
		{"Speaker Playback Volume", "1,2,3", "it has 2 channels"},
		{"Speaker Playback Volume", "1,x", "it goes from 0 to 37"},
		{"Bits", "-1dB", "how loud its levels are is not known; it goes from -4 to 4"},
		{"Speaker Playback Switch", "1", `it is "on" or "off"`},
		{"PCM Capture Source", "Aux", `it is "Mic" or "Line, rear" or "IEC958 In"`},
		{"Jack", "off", `"Jack" can only be read`},
		{"Playback Channel Map", "on", "has no control"},
	} {
		f := stick()
		before := introducedValues(f)
		err := introduced(t, f).Set(c.name, c.value)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s = %s: %v, want %q", c.name, c.value, err, c.want)
		}
		if after := introducedValues(f); !slices.Equal(before, after) {
			t.Errorf("%s = %s changed %v to %v", c.name, c.value, before, after)
		}
	}
}

func introducedValues(f *fake) (all []int) {
	for _, e := range f.elements {
		all = append(all, e.values...)
	}
	return all
}

// A card without controls, and one that was pulled out in between.
func TestCardsThatSayNothing(t *testing.T) {
	c := introduced(t, newFake("Loopback", "Loopback"))
	if all, err := c.Controls(); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	if err := c.Set("PCM", "1"); err == nil || !strings.Contains(err.Error(), "nor any other") {
		t.Error(err)
	}
	f := stick()
	c = introduced(t, f)
	f.elements[4].refuses = syscall.ENODEV
	if err := c.Set("Speaker Playback Volume", "1"); err == nil || !strings.Contains(err.Error(), "no such device") {
		t.Error(err)
	}
}

// The control devices of a computer: none, none that may be opened.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	if _, err := open(dir, "Device"); err == nil || err.Error() != `mixer: no card has the ALSA id "Device"; there are: none` {
		t.Error(err)
	}
	path := filepath.Join(dir, "controlC0")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(dir, "Device"); err == nil || !strings.Contains(err.Error(), "does not say of which card it is") {
		t.Error(err)
	}
}

func FuzzSet(f *testing.F) {
	for _, v := range []string{"80%", "-6dB", "12, 50%", "on", "Line, rear", "1e400%", "-infdB", "9223372036854775808", "0x10", ",,"} {
		f.Add("Speaker Playback Volume", v)
		f.Add("PCM Capture Source", v)
		f.Add("Bits", v)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		device := stick()
		if introduced(t, device).Set(name, value) != nil {
			return
		}
		for _, e := range device.elements {
			low, high := e.low, e.high
			if e.kind != typeInteger {
				low, high = 0, max(1, len(e.items)-1)
			}
			for _, v := range e.values {
				if v < low || v > high {
					t.Fatalf("%q = %q made %q %d, out of %d to %d", name, value, e.name, v, low, high)
				}
			}
		}
	})
}
