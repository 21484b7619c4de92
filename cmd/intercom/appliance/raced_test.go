//go:build race

package appliance_test

// raced tells that the race detector is on, under which working on sound takes ten times as long.
const raced = true
