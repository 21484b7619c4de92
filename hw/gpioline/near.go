package gpioline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// nearNames is how many names are offered in the place of one that there is not.
const nearNames = 3

// near is what is said of the names that are like one that there is not: `; did you mean "GPIO17"?`
func near(name string, chips []Chip) string {
	type candidate struct {
		name     string
		distance int
	}
	var all []candidate
	for _, c := range chips {
		for _, l := range c.Lines {
			if d := distance(strings.ToLower(name), strings.ToLower(l.Name)); l.Name != "" && d <= min(2, len(name)/2) {
				all = append(all, candidate{l.Name, d})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var names []string
	for _, c := range all {
		if quoted := fmt.Sprintf("%q", c.name); !slices.Contains(names, quoted) && len(names) < nearNames {
			names = append(names, quoted)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(names, " or ") + "?"
}

// distance is Levenshtein's: how many letters are to be added, left out or replaced.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost++
			}
			corner, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
