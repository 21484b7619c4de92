package configs

import (
	"strings"
	"testing"
)

// What is wrong with hooks and with the codes of persons is told with its line, and what is secret in them is not.
func TestFaultsOfHooksAndCodes(t *testing.T) {
	const secret = "https://house.example/token-4711"
	for _, fault := range []struct{ add, line, says string }{
		{"[[hook]]\nname = \"house\"\nurl = \"" + secret + "\"\nevents = [\"opened\", \"rung\"]\n", "events", `there is no event "rung"`},
		{"[[hook]]\nname = \"house\"\nurl = \"" + secret + "\"\n[[hook]]\nname = \"house\"\ncommand = [\"/bin/true\"]\n", "name", `"house" is the name of another hook too`},
		{"[[hook]]\nname = \"house\"\nurl = \"" + strings.Replace(secret, "https", "ftp", 1) + "\"\n", "url", "no address of http"},
		{"[[hook]]\nname = \"house\"\nurl = \"" + secret + "\"\nsecret = \"" + secret + "\"\n", "secret", "the secret is not base64"},
		{"[[code]]\nperson = \"anna\"\ncode = \"280634711\"\ndoors = [\"cellar\"]\n", "doors", `there is no door "cellar"`},
		{"[[code]]\nperson = \"anna\"\ncode = \"pbkdf2-sha256$1000$4711\"\ndoors = [\"front\"]\n", "code", "intercom hash"},
	} {
		text := good + fault.add
		_, faults := Check("x.toml", []byte(text))
		if len(faults) != 1 || !strings.Contains(faults[0].String(), fault.says) {
			t.Errorf("%q: got %v, wanted … %s …", fault.add, faults, fault.says)
			continue
		}
		if line := strings.Split(text, "\n")[faults[0].Line-1]; !strings.HasPrefix(line, fault.line) {
			t.Errorf("told of the line %q, wanted that of %s", line, fault.line)
		}
		if strings.Contains(faults[0].String(), "4711") {
			t.Errorf("gives a secret away: %v", faults[0])
		}
	}
}
