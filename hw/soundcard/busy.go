package soundcard

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// holders says which programs have cards open, as the end of an error: `; "arecord" (process 4711) has it`. It is empty if none has.
func holders(proc string, cards []string) string {
	var programs []string
	for _, card := range cards {
		for _, pid := range owners(proc, card) {
			program := fmt.Sprintf("process %d", pid)
			if name, err := os.ReadFile(filepath.Join(proc, strconv.Itoa(pid), "comm")); err == nil {
				program = fmt.Sprintf("%q (%s)", strings.TrimSpace(string(name)), program)
			}
			if !strings.Contains(strings.Join(programs, "\n"), program) {
				programs = append(programs, program)
			}
		}
	}
	if len(programs) == 0 {
		return ""
	}
	return "; " + strings.Join(programs, " and ") + " has it"
}

// owners are the processes that have a device of a card open, as /proc/asound/CARD/pcm0p/sub0/status tells.
func owners(proc, card string) (pids []int) {
	files, err := filepath.Glob(filepath.Join(proc, "asound", card, "pcm*", "sub*", "status"))
	if err != nil {
		return nil // no id has the signs of a pattern in it
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // pulled out meanwhile
		}
		for line := range strings.Lines(string(text)) {
			key, value, _ := strings.Cut(line, ":")
			if pid, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && strings.TrimSpace(key) == "owner_pid" {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}
