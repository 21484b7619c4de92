//go:build !race

package aec

import "testing"

// figures lets the test go on.
func figures(*testing.T) {}
