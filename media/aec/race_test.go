//go:build race

package aec

import "testing"

// figures skips what takes minutes under the race detector, which finds nothing in a package without goroutines.
func figures(t *testing.T) {
	t.Helper()
	t.Skip("figures take minutes under the race detector: go test ./media/aec takes them without")
}
