//go:build race

package denoise

// rounds is one under the race detector, which finds nothing in a package without goroutines and takes ten times as long.
const rounds = 1
