package configs

import (
	"strings"
	"testing"
)

func TestTimeZones(t *testing.T) {
	text := func(zone string) []byte {
		return []byte("[station]\ntime_zone = \"" + zone + "\"\n" +
			"[[button]]\nname = \"bell\"\nline = \"GPIO17\"\ncall = [\"sip:11@10.0.0.2\"]\n[[account]]\nname = \"a\"\naor = \"sip:door@10.0.0.1\"\n")
	}
	for _, zone := range []string{"Europe/Bärlin", "../../etc/passwd", "/etc/localtime", "CET+1"} {
		_, faults := Check("zone.toml", text(zone))
		if len(faults) != 1 || !strings.Contains(faults.Error(), "zone.toml:2") || !strings.Contains(faults.Error(), "time zone") {
			t.Errorf("%q: %v", zone, faults)
		}
	}
	c, faults := Check("zone.toml", text("Australia/Lord_Howe"))
	if len(faults) > 0 {
		t.Skipf("this system has no zones: %v", faults)
	}
	if got := c.Rules().Location.String(); got != "Australia/Lord_Howe" {
		t.Errorf("the rules are at %s", got)
	}
}
