package interop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// diagnosis is what "intercom doctor -json" says.
type diagnosis struct {
	Findings []struct{ ID, Level, Found, Do string }
}

// diagnose lets the doctor look at a station of user at a registrar.
func diagnose(t testing.TB, user, password, registrar, more string) (account string, level string) {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	config := writeFile(t, filepath.Join(t.TempDir(), "intercom.toml"), fmt.Sprintf(`
[board]
model = "sim"
[[button]]
name = "front"
call = ["100"]
[sound]
card = "null"
[sip]
listen = "%s:5060"
[[account]]
name = "house"
aor = "sip:%s@%s"
password = "%s"
registrar = "%s"
%s
`, newAddress(t), user, strings.SplitN(strings.TrimPrefix(registrar, "sip:"), ":", 2)[0], password, registrar, more))
	var out bytes.Buffer
	c := exec.Command(program, "doctor", "-json", "-config", config)
	c.Stdout = &out
	began := time.Now()
	err = c.Run() // its status says how well the computer is
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	var d diagnosis
	if json.Unmarshal(out.Bytes(), &d) != nil {
		t.Fatalf("%v: this is no JSON:\n%s", err, out.String())
	}
	for _, f := range d.Findings {
		if f.ID == "sip.account.house" {
			return f.Found + " " + f.Do, f.Level
		}
	}
	t.Fatalf("nothing about the account in\n%s", out.String())
	return "", ""
}

// The doctor says what a real PBX thinks of an account, and the one who is registered there stays so.
func TestDoctorAtAsterisk(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		p := pbx.phone(phoneSetup{})
		before := pbx.console("pjsip show contacts")
		registrar := "sip:" + pbx.address
		for _, c := range []struct{ name, user, password, registrar, more, level, want string }{
			{"a good account", p.user, "secret", registrar, "", "ok", "one device is registered"},
			{"by TCP", p.user, "secret", registrar + ";transport=tcp", "", "ok", "takes the password"},
			{"by TLS", p.user, "secret", registrar + ":5061;transport=tls", fmt.Sprintf("ca_file = %q", pbx.authority()), "ok", "takes the password"},
			{"a wrong password", p.user, "secert", registrar, "", "fault", "refuses the password"},
			{"no password", p.user, "", registrar, "", "fault", "has none"},
			{"an unknown user", "nobody", "secret", registrar, "", "fault", "whom they do not know"},
			{"an authority that is not known", p.user, "secret", registrar + ":5061;transport=tls", "", "fault", "an authority that is not known here"},
			{"an old certificate", p.user, "secret", registrar + ":5062;transport=tls", fmt.Sprintf("ca_file = %q", pbx.authority()), "fault", "expired"},
			{"nobody there", p.user, "secret", "sip:" + newAddress(t), "", "fault", "See whether the address is right"},
		} {
			said, level := diagnose(t, c.user, c.password, c.registrar, c.more)
			if level != c.level || !strings.Contains(said, c.want) {
				t.Errorf("%s: %s: %q, want %q", c.name, level, said, c.want)
			}
		}
		if after := pbx.console("pjsip show contacts"); after != before {
			t.Errorf("the contacts have changed from\n%s\nto\n%s", before, after)
		}
	})
}
