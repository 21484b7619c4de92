//go:build !cgo

package soundcard

import (
	"strings"
	"testing"
)

func TestTheTwinSaysWhichBuildWouldDo(t *testing.T) {
	_, err := Open(Options{})
	if err == nil || !strings.Contains(err.Error(), "CGO_ENABLED=1") {
		t.Errorf("Open: %v", err)
	}
}
