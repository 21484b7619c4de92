package mixer

import (
	"errors"
	"fmt"
	"math"
	"sort"
)

// scale says how loud the levels of a control are: parts that follow each other, as the driver tells them (include/uapi/sound/tlv.h).
type scale []part

// part is a range of levels.
type part struct {
	low, high int
	min, max  float64 // dB at the ends
	mute      bool    // the lowest level is silence
	linear    bool    // the amplitude follows the level, not its logarithm
}

// Types of what a driver tells (SNDRV_CTL_TLVT_*), and its value for silence.
const (
	tlvContainer  = 0
	tlvScale      = 1
	tlvLinear     = 2
	tlvRange      = 3
	tlvMinMax     = 4
	tlvMinMaxMute = 5

	tlvSilence = -9999999
)

// loudest is more, in dB, than there is between any two sounds.
const loudest = 1000

var errTLV = errors.New("mixer: what the driver tells of its decibels is cut short or contradicts itself")

// parseScale reads what a driver tells of a control whose levels go from low to high: words of type, length in bytes, data.
// It is nil if nothing is told of decibels.
func parseScale(words []uint32, low, high int) (scale, error) {
	if low > high {
		return nil, errTLV
	}
	for len(words) >= 2 {
		data, rest, err := cut(words)
		if err != nil {
			return nil, err
		}
		if words[0] == tlvContainer {
			rest = append(data[:len(data):len(data)], rest...) // each level of the nest takes two words away
		} else if s, err := parseItem(words[0], data, low, high); s != nil || err != nil {
			return s, err
		}
		words = rest
	}
	return nil, nil
}

// cut takes the data of the first item off.
func cut(words []uint32) (data, rest []uint32, err error) {
	n := (int64(words[1]) + 3) / 4
	if n > int64(len(words)-2) {
		return nil, nil, errTLV
	}
	return words[2 : 2+n], words[2+n:], nil
}

// parseItem reads one item, nil if it is not of decibels.
func parseItem(kind uint32, data []uint32, low, high int) (scale, error) {
	if kind == tlvRange {
		return parseRange(data)
	}
	if kind < tlvScale || kind > tlvMinMaxMute {
		return nil, nil
	}
	if len(data) < 2 || low > high {
		return nil, errTLV
	}
	first, second := int32(data[0]), int32(data[1])
	p := part{low: low, high: high, min: float64(first) / 100, max: float64(second) / 100}
	switch kind {
	case tlvScale:
		step := float64(data[1]&0xFFFF) / 100
		p.max = p.min + step*(float64(high)-float64(low))
		p.mute = data[1]&0x10000 != 0
	case tlvLinear:
		p.linear = true
	case tlvMinMaxMute:
		p.mute = true
	}
	if first <= tlvSilence {
		p.mute, p.min = true, -loudest
	}
	if p.min > p.max || p.min < -loudest || p.max > loudest {
		return nil, errTLV
	}
	return scale{p}, nil
}

// parseRange reads items that each begin with the levels that they are about.
func parseRange(data []uint32) (s scale, err error) {
	for len(data) >= 4 {
		low, high := int(int32(data[0])), int(int32(data[1]))
		inner, rest, err := cut(data[2:])
		if err != nil {
			return nil, err
		}
		p, err := parseItem(data[2], inner, low, high)
		if err != nil || len(p) != 1 || data[2] == tlvRange {
			return nil, errTLV
		}
		if n := len(s); n > 0 && (s[n-1].high >= low || s[n-1].max > p[0].min+0.01) {
			return nil, errTLV
		}
		p[0].mute = p[0].mute && len(s) == 0 // silence is below everything
		s, data = append(s, p[0]), rest
	}
	return s, nil
}

// decibels is how loud a level is; minus infinity is silence.
func (s scale) decibels(level int) float64 {
	p := s[0]
	for _, next := range s[1:] {
		if level >= next.low {
			p = next
		}
	}
	return p.decibels(level)
}

func (p part) decibels(level int) float64 {
	level = min(max(level, p.low), p.high)
	switch {
	case p.mute && level == p.low:
		return math.Inf(-1)
	case p.low == p.high:
		return p.min
	}
	at := (float64(level) - float64(p.low)) / (float64(p.high) - float64(p.low))
	if !p.linear {
		return p.min + at*(p.max-p.min)
	}
	least, most := math.Pow(10, p.min/20), math.Pow(10, p.max/20)
	return 20 * math.Log10(least+at*(most-least))
}

// level is the one whose loudness is nearest to a wanted one.
func (s scale) level(decibels float64, low, high int) (int, error) {
	least, most := s.decibels(low), s.decibels(high)
	if decibels < least-0.5 || decibels > most+0.5 {
		return 0, fmt.Errorf("it goes from %s to %s", Decibels(least), Decibels(most))
	}
	span := high - low
	if span < 0 { // more levels than an int counts
		return 0, errTLV
	}
	above := low + sort.Search(span, func(i int) bool { return s.decibels(low+i) >= decibels })
	if above > low && decibels-s.decibels(above-1) < s.decibels(above)-decibels {
		return above - 1, nil
	}
	return above, nil
}

// Decibels writes a loudness for people: "-12 dB", "6.25 dB", "silent".
func Decibels(d float64) string {
	if math.IsInf(d, -1) {
		return "silent"
	}
	return fmt.Sprintf("%g dB", math.Round(100*d)/100+0)
}
