// Package picture holds the import picture of ARCHITECTURE.md against the code: arrows go down only, and each
// third-party module has one room.
package picture

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rule says what the packages under a path may import of ours and of others. A path ending in "/..." means the package
// and everything below it.
type rule struct {
	pkg     string
	ours    []string // allowed, beside the package's own tree
	modules []string // allowed third-party modules
}

// picture is read from the top down; the first rule that fits a package is its rule.
var picture = []rule{
	{"cmd/intercom/station", nil, nil},
	{"cmd/intercom/call", []string{"ua", "media", "media/..."}, nil},
	{"cmd/intercom/appliance", []string{"cmd/intercom/...", "configs", "ua", "media", "media/...", "board"}, nil},
	{"cmd/intercom/statefile", nil, nil},
	{"cmd/intercom/guard", []string{"board"}, []string{"golang.org/x/sys"}},
	{"cmd/intercom/hook", []string{"cmd/intercom/audit"}, nil},
	{"cmd/intercom/audit", nil, nil},
	{"cmd/intercom/unixsock", nil, nil},
	{"cmd/intercom/control", []string{"cmd/intercom/unixsock"}, nil},
	{"cmd/intercom/supervisor", []string{"cmd/intercom/...", "configs", "board"}, nil},
	{"cmd/intercom/configfile", []string{"cmd/intercom/statefile", "configs"}, nil},
	{"cmd/intercom/devices", []string{"board"}, nil},
	{"cmd/intercom/doctor", []string{"cmd/intercom/configfile", "configs", "ua", "board"}, nil},
	{"cmd/intercom/notify", nil, []string{"github.com/coreos/go-systemd/v22", "golang.org/x/sys"}},
	{"cmd/intercom/phone", []string{"cmd/intercom/call", "ua", "ua/transport", "media", "media/..."}, nil},
	{"cmd/intercom/phone/console", []string{"cmd/intercom/unixsock"}, []string{"golang.org/x/sys"}},
	{"cmd/intercom/phone/headset", []string{"cmd/intercom/wavcard", "ua", "media"}, nil},
	{"cmd/intercom/demo", []string{"cmd/intercom/...", "configs", "ua", "ua/sip", "media", "media/...", "board", "board/sim"}, []string{"golang.org/x/term", "golang.org/x/sys"}},
	{"cmd/intercom", []string{"cmd/intercom/...", "configs", "ua", "media", "media/...", "board", "board/sim"}, []string{"golang.org/x/term"}},
	{"cmd/intercom/...", []string{"cmd/intercom/...", "configs", "ua", "media", "media/...", "board", "board/sim"}, nil},
	{"configs", []string{"cmd/intercom/station", "cmd/intercom/audit", "cmd/intercom/hook", "ua", "media", "board"}, []string{"github.com/BurntSushi/toml"}},
	{"ua/sip", nil, nil},
	{"ua/sdp", nil, nil},
	{"ua/digest", nil, nil},
	{"ua/transaction", []string{"ua/sip"}, nil},
	{"ua/dialog", []string{"ua/sip"}, nil},
	{"ua/challenge", []string{"ua/sip", "ua/digest"}, nil},
	{"ua/stun", nil, nil},
	{"ua/network", nil, nil},
	{"ua/register", []string{"ua/sip", "ua/digest", "ua/challenge", "ua/stun"}, nil},
	{"ua/transport", []string{"ua/sip", "ua/stun"}, []string{"golang.org/x/net/dns/dnsmessage"}},
	{"ua/...", []string{"ua/..."}, nil},
	{"media/...", []string{"media/..."}, []string{"github.com/pion/rtp", "github.com/pion/rtcp", "github.com/pion/srtp/v3"}},
	{"hw/soundcard", nil, []string{"github.com/gen2brain/malgo"}},
	{"hw/gpioline", nil, []string{"periph.io/x/conn/v3", "golang.org/x/sys"}},
	{"hw/mixer", nil, []string{"golang.org/x/sys"}},
	{"hw/...", []string{"hw/..."}, []string{"periph.io/x/conn/v3"}},
	{"board/...", []string{"board/...", "hw/..."}, []string{"periph.io/x/conn/v3"}},
	{"test/vboard/...", []string{"test/vboard/...", "media/...", "hw/gpioline"}, []string{"golang.org/x/sys", "periph.io/x/conn/v3"}},
	{"test/...", []string{"test/...", "media/...", "ua/...", "configs"}, []string{"github.com/pion/rtp"}},
}

func TestArrowsGoDownOnly(t *testing.T) {
	for pkg, imports := range importsOf(t) {
		r, ok := ruleFor(pkg)
		if !ok {
			t.Errorf("%s has no place in the picture", pkg)
			continue
		}
		for _, imp := range imports {
			if own, ok := strings.CutPrefix(imp, "intercom/"); ok {
				if !under(own, r.pkg) && !slices.ContainsFunc(r.ours, func(p string) bool { return under(own, p) }) {
					t.Errorf("%s must not import %s", pkg, own)
				}
			} else if strings.Contains(strings.Split(imp, "/")[0], ".") {
				if !slices.ContainsFunc(r.modules, func(m string) bool { return under(imp, m+"/...") }) {
					t.Errorf("%s must not import %s", pkg, imp)
				}
			}
		}
	}
}

func TestNoRoomForEverything(t *testing.T) {
	for pkg := range importsOf(t) {
		for _, word := range []string{"util", "utils", "common", "types", "helpers", "manager"} {
			if slices.Contains(strings.Split(pkg, "/"), word) {
				t.Errorf("%s: a package called %s says nothing about what is in it", pkg, word)
			}
		}
	}
}

// What the programs for the boards have no room for: each is 0.2 to 2 MB of the 8 MiB that one should stay within.
func TestTheProgramHasNoRoomForAll(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "intercom/cmd/intercom").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(out))
	if !slices.Contains(linked, "crypto/tls") {
		t.Fatalf("go list names %d packages, and not the one for TLS", len(linked))
	}
	for _, pkg := range []string{"net/http", "regexp", "text/template", "go/format", "encoding/xml", "encoding/gob"} {
		if slices.Contains(linked, pkg) {
			t.Errorf("the program has %s in it", pkg)
		}
	}
}

// importsOf lists the direct imports of every package's product code.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "intercom/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	graph := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 0 {
			graph[strings.TrimPrefix(f[0], "intercom/")] = f[1:]
		}
	}
	if len(graph) < 10 {
		t.Fatalf("go list names only %d packages", len(graph))
	}
	return graph
}

func ruleFor(pkg string) (rule, bool) {
	for _, r := range picture {
		if under(pkg, r.pkg) {
			return r, true
		}
	}
	return rule{}, false
}

func under(pkg, pattern string) bool {
	tree, ok := strings.CutSuffix(pattern, "/...")
	return pkg == tree || ok && strings.HasPrefix(pkg, tree+"/")
}
