package mixer

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parse reads what a control is to be set to, a value for each channel.
func (c Control) parse(value string) ([]int, error) {
	all := make([]int, c.count)
	one, err := c.parseOne(strings.TrimSpace(value))
	if err == nil {
		for i := range all {
			all[i] = one
		}
		return all, nil
	}
	parts := strings.Split(value, ",")
	if len(parts) == 1 {
		return nil, err
	}
	if len(parts) != c.count {
		return nil, fmt.Errorf("it has %d channels", c.count)
	}
	for i, p := range parts {
		if all[i], err = c.parseOne(strings.TrimSpace(p)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (c Control) parseOne(s string) (int, error) {
	switch c.Kind {
	case Switch:
		return parseSwitch(s)
	case Choice:
		return c.parseChoice(s)
	case Level:
		return c.parseLevel(s)
	}
	return 0, errors.New("it is neither a switch nor a level nor a choice")
}

func parseSwitch(s string) (int, error) {
	switch strings.ToLower(s) {
	case "on":
		return 1, nil
	case "off":
		return 0, nil
	}
	return 0, errors.New(`it is "on" or "off"`)
}

func (c Control) parseChoice(s string) (int, error) {
	for i, item := range c.Items {
		if item == s {
			return i, nil
		}
	}
	for i, item := range c.Items {
		if strings.EqualFold(item, s) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("it is %s", c.Range())
}

func (c Control) parseLevel(s string) (int, error) {
	if c.Min == 0 && c.Max == 1 { // a switch that its driver calls a level
		if v, err := parseSwitch(s); err == nil {
			return v, nil
		}
	}
	if number, ok := strings.CutSuffix(s, "%"); ok {
		return c.parsePercent(strings.TrimSpace(number))
	}
	if number, ok := strings.CutSuffix(strings.ToLower(s), "db"); ok {
		return c.parseDecibels(strings.TrimSpace(number))
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < c.Min || v > c.Max {
		return 0, fmt.Errorf("it goes from %s; \"80%%\" and, where decibels are known, \"-6dB\" do too", c.Range())
	}
	return v, nil
}

// parsePercent takes a share of the levels, as amixer and alsamixer count them; it is not a share of the loudness.
func (c Control) parsePercent(number string) (int, error) {
	share, err := strconv.ParseFloat(number, 64)
	if err != nil || !(share >= 0 && share <= 100) {
		return 0, errors.New("a share is 0% to 100%")
	}
	at := math.Round(float64(c.Min) + share/100*(float64(c.Max)-float64(c.Min)))
	if at >= float64(c.Max) {
		return c.Max, nil
	}
	return max(int(at), c.Min), nil
}

func (c Control) parseDecibels(number string) (int, error) {
	wanted, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || math.IsNaN(wanted):
		return 0, errors.New(`decibels are written "-6dB"`)
	case c.scale == nil:
		return 0, fmt.Errorf("how loud its levels are is not known; it goes from %d to %d", c.Min, c.Max)
	}
	return c.scale.level(wanted, c.Min, c.Max)
}
