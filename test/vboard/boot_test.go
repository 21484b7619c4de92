package vboard_test

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"intercom/test/realtime"
	"intercom/test/vboard"
)

func TestMain(m *testing.M) {
	code := m.Run()
	vboard.Clean()
	os.Exit(code)
}

// brief are the stories that -short has played on armhf too: where a processor of 32 bits may make a difference. On arm64 it has all
// of them played.
func brief() []string {
	return []string{"TestVisit", "TestNoRelayMovesAtStartAndEnd", "TestSuite", "TestConversation", "TestSoundOfTheKernelsCard",
		"TestAKilledStationLeavesItsRelaysAtRest", "TestKeysBeforeTheAnswerMoveNothing"}
}

// arms runs a story on both boards that have lines.
func arms(t *testing.T, story func(testing.TB, vboard.Arch)) {
	t.Parallel()
	for _, arch := range []vboard.Arch{vboard.ARM64, vboard.ARMHF} {
		t.Run(string(arch), func(t *testing.T) {
			if testing.Short() && arch == vboard.ARMHF && !slices.Contains(brief(), path.Dir(t.Name())) {
				t.Skip("left out by -short, which has this story played on arm64 only; make board-test plays it on armhf too")
			}
			t.Parallel()
			story(t, arch)
		})
	}
}

// live runs a story on both boards in real time.
func live(t *testing.T, story func(testing.TB, vboard.Arch)) {
	arms(t, func(t testing.TB, arch vboard.Arch) {
		realtime.Try(t, func(t testing.TB) { story(t, arch) })
	})
}

const program = "/bin/intercom"

// firmware is the program under test, to be put on a board.
func firmware(t testing.TB, arch vboard.Arch) vboard.File {
	t.Helper()
	return vboard.File{Path: program, From: vboard.Intercom(t, arch), Program: true}
}

// wantRun runs the program and says what it must write.
func wantRun(t testing.TB, b *vboard.Board, status int, text string, args ...string) string {
	t.Helper()
	out, got := b.Run(program, args...)
	if got != status || !strings.Contains(out, text) {
		t.Errorf("%q: status %d, want %d and %q in:\n%s", args, got, status, text, out)
	}
	return out
}
