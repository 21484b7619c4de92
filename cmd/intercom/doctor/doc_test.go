package doctor

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every ID of a finding is documented, as others go by it.
func TestEveryIDIsDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "doctor.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range regexp.MustCompile(`"(config|board|lines|relays|sound|network|sip|service)\.[a-z.-]+"`).FindAllString(string(source), -1) {
			if strings.HasSuffix(id, `.txt"`) {
				continue // a file's name
			}
			found++
			if !strings.Contains(string(doc), "`"+strings.Trim(id, `"`)) {
				t.Errorf("%s of %s is not documented", id, file)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d found", found)
	}
}
