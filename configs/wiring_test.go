package configs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every piece of a configuration in the wiring guide is right, with no more around it than every configuration has.
func TestTheWiringGuideIsRight(t *testing.T) {
	guide := filepath.Join("..", "docs", "wiring.md")
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	pieces := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(pieces) < 8 {
		t.Errorf("%d pieces of TOML", len(pieces))
	}
	for _, m := range pieces {
		whole := m[1] + "\n[[account]]\naor = \"sip:door@192.168.1.50\"\n"
		if !strings.Contains(whole, "[[button]]") {
			whole += "[[button]]\nname = \"bell\"\nline = \"GPIO17\"\ncall = [\"sip:house@192.168.1.20\"]\n"
		}
		if _, faults := Check(guide, []byte(whole)); len(faults) > 0 {
			t.Errorf("%v\nin\n%s", faults, m[1])
		}
	}
	pictures := regexp.MustCompile(`\]\((wiring/[^)]+)\)`).FindAllStringSubmatch(string(text), -1)
	drawn, err := filepath.Glob(filepath.Join("..", "docs", "wiring", "*.svg"))
	if err != nil || len(pictures) != len(drawn) {
		t.Errorf("%d drawings are shown, there are %d (%v)", len(pictures), len(drawn), err)
	}
	for _, p := range pictures {
		if _, err := os.Stat(filepath.Join("..", "docs", p[1])); err != nil {
			t.Error(err)
		}
	}
}
