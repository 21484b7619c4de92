package configs

import (
	"strings"
	"testing"
)

// What is wrong with a group is told with the line that it stands in, however deep.
func TestFaultsOfGroupsHaveTheirPlace(t *testing.T) {
	const good = `[station]
[[button]]
name = "bell"
call = ["group:family"]
[[account]]
name = "pbx"
aor = "sip:door@10.0.0.1"
registrar = "sip:10.0.0.1"
[board]
model = "sim"
[[group]]
name = "family"
[[group.step]]
call = ["11", "12"]
[[group.step]]
call = ["group:attic", "13"]
delay = "10s"
[[group]]
name = "attic"
[[group.step]]
call = ["14", "sip:15@10.0.0.7"]
`
	if _, faults := Check("x.toml", []byte(good)); len(faults) != 0 {
		t.Fatal(faults)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"group:attic", "13"`, `"13", "group:cellar"`, `x.toml:16:15: there is no group "cellar"; the groups are "group:family", "group:attic"`},
		{`"group:attic", "13"`, `"group:attic", "1 3"`, `x.toml:16:24: "1 3" cannot be called`},
		{`["14", "sip:15@10.0.0.7"]`, `["14", "group:family"]`, `x.toml:12:8: the group contains itself: family → attic → family`},
		{`["14", "sip:15@10.0.0.7"]`, `["14", "12"]`, `x.toml:12:8: "12" is in the group "family" twice`},
		{`["14", "sip:15@10.0.0.7"]`, `[]`, `x.toml:21:8: the step calls nobody`},
		{`["14", "sip:15@10.0.0.7"]`, `["14", "14"]`, `x.toml:21:15: "14" is called twice`},
		{`delay = "10s"`, `delay = "10m"`, `x.toml:17:9: "10m" is out of bounds`},
		{`delay = "10s"`, `dealy = "10s"`, `x.toml:17:1: "dealy" is unknown in [group.step]; did you mean "delay"?`},
		{`delay = "10s"`, `schedule = "night"`, `x.toml:17:12: there is no schedule "night"`},
		{"name = \"attic\"\n", "name = \"attic\"\naccount = \"box\"\n", `x.toml:20:11: there is no account "box"`},
	} {
		_, faults := Check("x.toml", []byte(strings.Replace(good, c.old, c.new, 1)))
		if !strings.Contains(faults.Error(), c.want) {
			t.Errorf("%s: wanted %s, found\n%v", c.new, c.want, faults)
		}
	}
}
