package supervisor

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Attack: the card is taken out and its file spoilt so that it might open by a code of the attacker's. As long as anything in
// it is at fault, nothing of it counts.
func TestNothingOfABrokenFileCounts(t *testing.T) {
	old := strings.Replace(good, "73914", "90210", 1) // the house types 73914
	for name, text := range map[string]string{
		"the end is cut off":     good[:len(good)-3],
		"a key that is unknown":  good + "open = true\n",
		"a relay held for hours": strings.Replace(good, `"3s"`, `"3h"`, 1),
		"one code twice":         strings.Replace(good, "code =", "code = \"73914\"\ncode =", 1),
		"a weak code besides":    good + "[[door]]\nname = \"side\"\ncode = \"1234\"\n",
		"binary":                 good + "\x00\xff",
	} {
		t.Run(name, func(t *testing.T) {
			if name != "a weak code besides" {
				long(t)
			}
			visit(t, old, func(h *house) {
				h.press()
				h.write(text)
				h.pass(25 * time.Second)
				h.wantFaultFile("What is wrong")
			}, func(h *house) {
				h.press()
				for range 150 {
					h.pass(100 * time.Millisecond)
					h.wantDoor(false)
				}
				h.wantCalls(2, 1)
				h.wantLog("wrong code")
			})
		})
	}
}

// Attack: the copy that was good last is altered, and the file made unusable. The copy does not count then, and there is no
// relay at all on the board.
func TestAnAlteredCopyDoesNotCount(t *testing.T) {
	long(t)
	visit(t, strings.Replace(good, "73914", "90210", 1), func(h *house) {}, func(h *house) {
		kept := filepath.Join(h.dir, "state", "last-good-configuration.json")
		text, err := os.ReadFile(kept)
		if err != nil {
			t.Fatal(err)
		}
		text[bytes.IndexByte(text, '{')+40] ^= 1
		h.put(kept, string(text))
		h.remove(h.card())
		h.forget()
	}, func(h *house) {
		h.wantLog("damaged")
		h.wantLog("rings nobody and opens no door")
		h.pass(10 * time.Minute)
		if _, started := h.runs(false); h.at() != nil || started > 0 {
			t.Error("a board was opened")
		}
	})
}

// Attack: wrong codes are typed, the configuration is touched, and more are typed. The lock-out lasts, whether the station was
// told other rules or made anew.
func TestAChangeEndsNoLockOut(t *testing.T) {
	for name, change := range map[string][2]string{
		"other rules":  {`"30s"`, `"31s"`},
		"another port": {"10.0.0.1:5060", "10.0.0.1:5070"},
	} {
		t.Run(name, func(t *testing.T) {
			if name != "other rules" {
				long(t)
			}
			strict := "[station]\nwrong_codes = 1\nlock_out = \"20m\"\n"
			text := strings.NewReplacer("73914", "90210", "[station]\n", strict).Replace(good)
			visit(t, text, func(h *house) {
				h.press()
				h.pass(25 * time.Second)
				h.wantLight("locked-out")
				h.write(strings.NewReplacer("90210", "73914", change[0], change[1]).Replace(text))
				h.pass(3 * time.Second)
				h.wantLog("the configuration is in force")
				h.wantLight("locked-out")
				h.press()
				for range 150 {
					h.pass(100 * time.Millisecond)
					h.wantDoor(false)
				}
				h.wantCalls(2, 1)
			})
		})
	}
}
