package gpioline

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"
)

func TestOutputIsAtRestFromTheRequestOn(t *testing.T) {
	r := outputRequest(17, Options{Consumer: "intercom door front", ActiveLow: true, Rest: gpio.High})
	if r.lines != 1 || r.offsets[0] != 17 || text(r.consumer) != "intercom door front" {
		t.Errorf("asks for %d lines, first %d, as %q", r.lines, r.offsets[0], text(r.consumer))
	}
	if r.config.flags != flagOutput|flagActiveLow {
		t.Errorf("flags are %#x", r.config.flags)
	}
	want := configAttribute{attribute: lineAttribute{id: attrOutputValues, value: 1}, mask: 1}
	if r.config.attributes != 1 || r.config.attribute[0] != want {
		t.Errorf("%d attributes, first %+v", r.config.attributes, r.config.attribute[0])
	}
	if low := outputRequest(0, Options{}); low.config.attributes != 1 || low.config.attribute[0].attribute.value != 0 {
		t.Error("an output that rests low does not say so")
	}
}

func TestInputRequest(t *testing.T) {
	for name, c := range map[string]struct {
		o        Options
		flags    uint64
		debounce uint64
	}{
		"plain":     {Options{}, flagInput, 0},
		"button":    {Options{Pull: gpio.PullUp, ActiveLow: true, Edge: gpio.BothEdges}, flagInput | flagActiveLow | flagPullUp | flagEdgeRising | flagEdgeFalling, 0},
		"debounced": {Options{Pull: gpio.PullDown, Edge: gpio.RisingEdge, Debounce: 1500 * time.Microsecond}, flagInput | flagPullDown | flagEdgeRising, 1500},
		"floating":  {Options{Pull: gpio.Float, Edge: gpio.FallingEdge}, flagInput | flagBiasDisabled | flagEdgeFalling, 0},
	} {
		r, err := inputRequest(4, c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.offsets[0] != 4 || r.config.flags != c.flags || r.eventsMax == 0 {
			t.Errorf("%s: line %d, flags %#x, %d events", name, r.offsets[0], r.config.flags, r.eventsMax)
		}
		if a := r.config.attribute[0].attribute; (r.config.attributes == 1) != (c.debounce > 0) || a.value != c.debounce {
			t.Errorf("%s: %d attributes, first %+v", name, r.config.attributes, a)
		}
	}
}

func TestInputsThatCannotBeAreRefused(t *testing.T) {
	for _, o := range []Options{{Pull: 9}, {Edge: 9}, {Debounce: -1}, {Debounce: 2 * time.Hour}} {
		if _, err := inputRequest(0, o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

func TestLongConsumerIsCut(t *testing.T) {
	r := outputRequest(0, Options{Consumer: strings.Repeat("x", 99)})
	if got := text(r.consumer); len(got) != nameSize-1 {
		t.Errorf("%d bytes are kept", len(got))
	}
}

func TestAChipThatCannotBeTakenIsNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "gpiochip0")
	p := found{chip: Chip{Path: missing, Label: "x", Lines: make([]Line, 1)}}
	if _, err := p.take(outputRequest(0, Options{})); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), missing) {
		t.Errorf("a chip that is gone: %v", err)
	}
	// A file that is no chip answers the request as some device does that has another meaning for it.
	p.chip.Path = "/dev/null"
	if _, err := p.take(outputRequest(0, Options{})); err == nil || !strings.Contains(err.Error(), "line 0 of x (/dev/null) is refused") {
		t.Errorf("a file that is no chip: %v", err)
	}
	if _, err := readChip("/dev/null"); err == nil || !strings.Contains(err.Error(), "/dev/null does not answer as a GPIO chip") {
		t.Errorf("a file that is no chip: %v", err)
	}
}

func TestHolderOfATakenLine(t *testing.T) {
	for consumer, want := range map[string]string{"spi0 CS0": "spi0 CS0", "": "gives no name"} {
		if got := holder(Line{Used: true, Consumer: consumer}); !strings.Contains(got, want) {
			t.Errorf("consumer %q is told as %q", consumer, got)
		}
	}
}
