package gpioline

import (
	"strings"
	"testing"
)

func TestFindingALineWithoutTakingIt(t *testing.T) {
	chips := []Chip{
		{Path: "/dev/gpiochip0", Label: "soc", Lines: []Line{{Name: "GPIO0"}, {Name: "GPIO1", Used: true, Consumer: "intercom door front"}, {Used: true}}},
		{Path: "/dev/gpiochip1", Label: "expander", Lines: []Line{{Name: "GPIO0"}}},
	}
	for _, c := range []struct{ address, where, holder, fault string }{
		{"GPIO1", `line 1 ("GPIO1") of soc`, "intercom door front", ""},
		{"soc:2", "line 2 of soc", "the kernel or a program that gives no name", ""},
		{"expander:0", `line 0 ("GPIO0") of expander`, "", ""},
		{"GPIO0", "", "", "is both"},
		{"soc:3", "", "", "soc ends with line 2"},
		{":1", "", "", "no chip label"},
	} {
		p, err := Find(c.address, chips)
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%s: %v, want %q", c.address, err, c.fault)
			}
			continue
		}
		if err != nil || p.String() != c.where || p.Holder() != c.holder {
			t.Errorf("%s: %v, %q, %v", c.address, p, p.Holder(), err)
		}
	}
}
