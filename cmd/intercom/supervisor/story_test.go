package supervisor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAGoodConfigurationIsKeptOnce(t *testing.T) {
	visit(t, good, func(h *house) {
		h.wantLight("ready")
		kept := filepath.Join(h.dir, "state", "last-good-configuration.json")
		before, err := os.Stat(kept)
		if err != nil {
			t.Fatal(err)
		}
		h.pass(20 * time.Second)
		h.hangup()
		h.wantLog("the configuration is what it was")
		after, err := os.Stat(kept)
		if err != nil || !os.SameFile(before, after) {
			t.Error("something is written in normal operation")
		}
		h.wantRuns(1, 1)
		h.wantFaultFile("")
	})
}

// The card's file is broken at the next start: the door rings and opens as before, and says by all ways what is wrong.
func TestTheLastGoodOneRunsWhereTheFileIsBroken(t *testing.T) {
	for name, c := range map[string]struct {
		spoil       func(h *house)
		light, text string
	}{
		"broken": {func(h *house) { h.write(strings.Replace(good, `"3s"`, `"3h"`, 1)) }, "config-fault 6", "intercom.toml, line 6, column 9: "},
		"gone":   {func(h *house) { h.remove(h.card()) }, "config-fault", "there is no such file"},
		"empty":  {func(h *house) { h.write("") }, "config-fault 1", "the file is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, good, func(h *house) {
				c.spoil(h)
				h.pass(3 * time.Second)
				h.wantLight(c.light)
				h.wantFaultFile(c.text)
				h.wantFaultFile("goes on with the configuration that it had")
				h.wantRuns(1, 1)
			}, func(h *house) {
				h.wantLight(c.light)
				h.wantLog("goes on with the configuration that was good last")
				h.wantFaultFile("good last")
				h.press()
				h.waitDoor(true)
				h.waitDoor(false)
				h.write(good)
				h.pass(20 * time.Second)
				h.wantLight("ready")
				h.wantFaultFile("")
				h.wantRuns(1, 1)
			})
		})
	}
}

// Windows has hidden the end of a file's name: the station goes by the next place, and says beside the file what to do about it.
func TestAFileOnTheCardUnderTheNameOfAText(t *testing.T) {
	visit(t, "", func(h *house) {
		h.put(h.card()+".txt", good)
		if err := os.Mkdir(filepath.Join(h.dir, "etc"), 0o700); err != nil {
			t.Fatal(err)
		}
		h.put(filepath.Join(h.dir, "etc", "intercom.toml"), good)
	}, func(h *house) {
		h.wantLight("ready")
		h.wantFaultFile("intercom.toml.txt is not read; rename intercom.toml.txt to intercom.toml")
		h.wantLog("a file that may be meant as the configuration is not read")
		if err := os.Rename(h.card()+".txt", h.card()); err != nil {
			t.Fatal(err)
		}
		h.pass(5 * time.Second)
		h.wantFaultFile("")
		h.wantLight("ready")
	})
}

// Nothing was ever good: the light says so, nothing else is touched, and the station begins as soon as the file is mended.
func TestNothingToRun(t *testing.T) {
	for name, text := range map[string]string{"broken": strings.Replace(good, `"3s"`, `"3h"`, 1), "none": ""} {
		t.Run(name, func(t *testing.T) {
			visit(t, text, func(h *house) {
				h.pass(10 * time.Minute)
				if text != "" {
					h.wantLight("config-fault 6")
					if n := len(h.at().Doors()) + len(h.at().Buttons()); n > 0 {
						t.Errorf("%d buttons and doors were opened for a light", n)
					}
				}
				h.wantLog("rings nobody and opens no door")
				h.wantFaultFile("rings nobody and opens no door")
				h.write(good)
				h.pass(3 * time.Second)
				h.wantLight("ready")
				h.wantFaultFile("")
				h.press()
				h.wantCalls(1, 0)
			})
		})
	}
}

// A rule changes in mid-call: the call is as it was, the next one is by the new rule, and nothing was opened anew.
func TestOtherRulesInMidCall(t *testing.T) {
	visit(t, good, func(h *house) {
		h.press()
		h.wantCalls(1, 0)
		h.changed("73914", "90210")
		h.wantLog(`code in [[door]] \"front\"`)
		h.waitDoor(true) // by the code of the call's own time
		h.wantCalls(1, 0)
		h.pass(20 * time.Second) // the call limit
		h.wantCalls(1, 1)
		h.wantLog("the configuration is in force")
		h.press()
		h.wantCalls(2, 1)
		h.pass(15 * time.Second)
		h.wantDoor(false)
		h.wantRuns(1, 1)
		h.wantLog("wrong code")
	})
}

// What needs other sockets waits for the end of the call; the process stays, and the relay in the same hands.
func TestAnotherPortInMidCall(t *testing.T) {
	visit(t, good, func(h *house) {
		h.press()
		h.changed("10.0.0.1:5060", "10.0.0.1:5070")
		h.wantLog("listen in [sip]")
		h.wantRuns(1, 1)
		h.waitDoor(true)
		h.waitDoor(false)
		h.wantCalls(1, 0)
		h.pass(20 * time.Second)
		h.wantCalls(1, 1)
		h.wantRuns(1, 2)
		h.wantLight("ready")
		h.press()
		h.waitDoor(true)
		h.wantCalls(2, 1)
	})
}

// The visitor hangs up while the relay is on, and another port waits for that: the pulse ends in its time, and its end is
// heard of.
func TestAPulseOutlivesARestart(t *testing.T) {
	visit(t, strings.Replace(good, `"3s"`, `"20s"`, 1), func(h *house) {
		h.press()
		h.write(strings.NewReplacer(`"3s"`, `"20s"`, "10.0.0.1:5060", "10.0.0.1:5070").Replace(good))
		h.waitDoor(true)
		h.press() // hangs up
		h.pass(5 * time.Second)
		h.wantRuns(1, 2)
		h.wantDoor(true)
		h.wantLight("door-open")
		h.pass(14 * time.Second)
		h.wantDoor(false)
		h.wantLight("ready")
	})
}

// Other wires wait for the relay too.
func TestOtherWiresWaitForThePulse(t *testing.T) {
	visit(t, strings.Replace(good, `"3s"`, `"20s"`, 1), func(h *house) {
		h.press()
		h.write(strings.NewReplacer(`"3s"`, `"20s"`, "[[door]]\n", "[[door]]\nactive_low = true\n").Replace(good))
		h.waitDoor(true)
		h.press()
		h.pass(10 * time.Second)
		h.wantRuns(1, 1)
		h.wantDoor(true)
		h.pass(10 * time.Second)
		h.wantRuns(2, 2)
		h.wantDoor(false)
		h.wantLight("ready")
	})
}

// A file that is broken while the station runs changes nothing but the light; put back, it is as if nothing had been.
func TestAFileBrokenInMidCall(t *testing.T) {
	visit(t, good, func(h *house) {
		h.press()
		h.changed("[[door]]", "[[door")
		h.wantFaultFile("line 4")
		h.waitDoor(true)
		h.waitDoor(false)
		h.wantLight("in-call")
		h.pass(20 * time.Second)
		h.wantCalls(1, 1)
		h.wantLight("config-fault 4")
		h.changed()
		h.wantLight("ready")
		h.wantFaultFile("")
		h.wantRuns(1, 1)
	})
}

// A change waits for the end of a call, and is spoilt before: what runs is what is told.
func TestAChangeThatIsSpoiltWhileItWaits(t *testing.T) {
	visit(t, good, func(h *house) {
		h.press()
		h.changed("10.0.0.1:5060", "10.0.0.1:5070")
		h.changed("[[door]]", "[[door")
		h.pass(25 * time.Second)
		h.wantRuns(1, 1)
		h.wantLight("config-fault 4")
	})
}

// The new configuration is well written, but a line is not there: the old one is taken up again.
func TestAConfigurationThatDoesNotStart(t *testing.T) {
	visit(t, good, func(h *house) {
		h.wire(noLine)
		h.changed("[[door]]\n", "[[door]]\nactive_low = true\n")
		h.wantLog("there is no line GPIO99")
		h.wantFaultFile("there is no line GPIO99")
		h.wantFaultFile("goes on with the configuration that it had")
		h.wantLight("config-fault")
		h.wantRuns(3, 2)
		h.press()
		h.waitDoor(true)
		h.pass(25 * time.Second)
		h.wantRuns(3, 2)
		h.changed()
		h.wantLight("ready")
		h.wantFaultFile("")
	})
}

// It does not start at the next start of the process either, and what was good last does.
func TestTheLastGoodOneRunsWhereTheFileDoesNotStart(t *testing.T) {
	visit(t, good, func(h *house) {}, func(h *house) {
		h.wire(noLine)
		h.changed("[[door]]\n", "[[door]]\nactive_low = true\n")
	}, func(h *house) {
		h.wantLight("config-fault")
		h.wantFaultFile("good last")
		h.press()
		h.waitDoor(true)
	})
}

// Nothing that there is starts: it is tried again, less and less often.
func TestNothingStarts(t *testing.T) {
	long(t)
	lowActive := strings.Replace(good, "[[door]]\n", "[[door]]\nactive_low = true\n", 1)
	visit(t, "", func(h *house) {
		h.wire(noLine)
		h.write(lowActive)
		h.pass(10 * time.Minute)
		h.wantFaultFile("there is no line GPIO99")
		h.wantLight("hardware-fault")
		if opened, started := h.runs(false); started > 0 || opened < 5 || opened > 15 {
			t.Errorf("%d stations made, %d boards opened in 10 minutes, each time one that fails and one for the light", started, opened)
		}
		h.wire(nil)
		h.pass(8 * time.Minute)
		h.wantLight("ready")
		h.wantFaultFile("")
	})
}

// scp takes its time, an editor writes in steps: what is not whole is not looked at.
func TestAFileThatIsBeingWritten(t *testing.T) {
	visit(t, good, func(h *house) {
		text := strings.Replace(good, "73914", "90210", 1)
		for n := 0; n < len(text); n += 40 {
			h.write(text[:n])
			h.pass(700 * time.Millisecond)
		}
		h.write(text)
		h.pass(3 * time.Second)
		if strings.Contains(h.log.String(), "at fault") {
			t.Errorf("half a file was looked at:\n%s", &h.log)
		}
		h.wantLog("the configuration is in force")
	})
}

// Nothing can be kept: the station runs as ever, and says so once.
func TestNowhereToKeepAnything(t *testing.T) {
	visit(t, good, func(h *house) {
		h.remove(filepath.Join(h.dir, "state"))
		h.put(filepath.Join(h.dir, "state"), "")
	}, func(h *house) {
		h.changed("73914", "90210")
		h.wantLog("the configuration is in force")
		h.changed("[[door]]", "[[door")
		h.pass(10 * time.Second)
		if n := strings.Count(h.log.String(), "forgotten at the next start"); n != 1 {
			t.Errorf("told %d times", n)
		}
		h.press()
		h.wantCalls(1, 0)
	})
}
