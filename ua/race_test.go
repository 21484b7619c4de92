//go:build race

package ua_test

// raced tells that the race detector is at work, which makes everything ten
// times as slow.
const raced = true
