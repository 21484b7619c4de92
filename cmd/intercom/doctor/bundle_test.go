package doctor

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"intercom/configs"
	"intercom/ua"
)

// secretive is a configuration full of secrets, in every place in which one may stand.
const secretive = `# the old password was canary-comment
[[button]]
name = "bell"
line = "GPIO17"
call = ["sip:11:canary-call@fritz.box"]
[[door]]
name = "front"
relay = "GPIO27"
code = "739164"
[[account]]
name = "box"
aor = "sip:door@fritz.box"
username = "canary-user"
password = "canary pass/word+\"é%"
pasword = "canary-typo"
registrar = "sip:door:canary-registrar@fritz.box"
[[caller]]
username = "canary-caller"
password = "canary-caller-password"
[sip]
wifi_psk = "canary-psk"
`

// canaries are the secrets of it.
var canaries = []string{"canary-call", "739164", "canary-user", "canary pass/word+\"é%", "canary-typo", "canary-registrar", "canary-caller",
	"canary-caller-password", "canary-psk", "canary-beside"}

// written are the ways in which a secret could stand in a text.
func written(secret string) []string {
	all := []string{secret, fmt.Sprintf("%q", secret), strings.ToUpper(secret), url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret)))}
	for _, before := range []string{"", "d", "do", "door:"} {
		all = append(all, base64.StdEncoding.EncodeToString([]byte(before+secret)), base64.RawURLEncoding.EncodeToString([]byte(before+secret+":x")))
	}
	return all
}

// leaky is a computer that tells all secrets everywhere.
func leaky(t *testing.T) Subject {
	t.Helper()
	s := well(t)
	s.Source = configs.Files{Path: "/etc/intercom.toml", Text: []byte(secretive), Secrets: []byte("[[account]]\nname = \"box\"\npassword = \"canary-beside\"\n")}
	s.Config, _ = s.Source.Check()
	var told strings.Builder
	for _, secret := range canaries {
		for _, form := range written(secret) {
			fmt.Fprintf(&told, "usb audio says %s\n", form)
		}
	}
	told.WriteString("usb 02:fc:ab:cd:ef:01 and b8-27-eb-12-34-56\n")
	s.KernelLog = func() (string, error) { return told.String(), nil }
	for _, name := range []string{"proc/asound/cards", "boot/firmware/config.txt", "proc/net/route"} {
		s.file(name, told.String())
	}
	s.Probe = func(context.Context, ua.Config, ua.Account) ua.Probed {
		return ua.Probed{Servers: []ua.ProbedServer{{Transport: "UDP", Remote: netip.MustParseAddrPort("192.0.2.1:5060"), Err: errors.New(told.String())}}}
	}
	return s
}

// unpacked is all that is in a bundle, names and texts.
func unpacked(t *testing.T, file string) (text string, names []string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return all.String(), names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		fmt.Fprintf(&all, "== %s\n", h.Name)
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
}

func bundled(t *testing.T, s Subject, keepNames bool) (text string, names []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.tar.gz")
	if err := Bundle(file, s, Examine(t.Context(), s), keepNames); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v, %v", info, err)
	}
	return unpacked(t, file)
}

// No secret of a configuration is anywhere in the report that people send around, in whatever form somebody has told it.
func TestABundleTellsNoSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text, names := bundled(t, leaky(t), false)
		for _, secret := range append(canaries, "canary-comment") {
			for _, form := range written(secret) {
				if strings.Contains(text, form) {
					t.Errorf("%q is in the report, as %q", secret, form)
				}
			}
		}
		if strings.Contains(strings.ToLower(text), "canary") {
			t.Errorf("a part of a secret is left in\n%s", text)
		}
		for _, address := range []string{"02:fc:ab:cd:ef:01", "b8-27-eb-12-34-56"} {
			if strings.Contains(text, address) {
				t.Errorf("the hardware address %s is in the report", address)
			}
		}
		for _, want := range []string{"report.json", "report.txt", "intercom.toml", "lines.txt", "network.txt", "kernel.txt", "files/proc/asound/cards", "files/boot/firmware/config.txt"} {
			if !strings.Contains(strings.Join(names, " "), "intercom-report/"+want) {
				t.Errorf("%s is missing in %q", want, names)
			}
		}
	})
}

func TestABundleKeepsWhatHelps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := leaky(t)
		text, _ := bundled(t, s, true)
		for _, want := range []string{"canary-user", `line = "GPIO17"`, "pinctrl-bcm2835", "sip:door@fritz.box", "usb audio says"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing", want)
			}
		}
		if strings.Contains(text, "canary-beside") {
			t.Error("a password is in the report")
		}
	})
}

func TestABundleWithoutAConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := well(t)
		s.KernelLog = func() (string, error) { return "", os.ErrPermission }
		text, _ := bundled(t, s, false)
		if !strings.Contains(text, "There is no configuration") || !strings.Contains(text, "sudo intercom doctor") {
			t.Error(text)
		}
	})
}

func TestABundleThatCannotBeWritten(t *testing.T) {
	if err := Bundle(filepath.Join(t.TempDir(), "no", "report.tar.gz"), well(t), Report{}, false); err == nil {
		t.Error("written nowhere")
	}
}

// Whatever the secret and whatever the text around it, it is not found in what is left.
func FuzzScrub(f *testing.F) {
	f.Add("hunter22", "a b c ", "é")
	f.Add("739164", "12", "x73916473916")
	f.Add("**", "*", "")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		if len(secret) < shortest || strings.Trim(secret, "0123456789") == "" || strings.Contains(secret, "*") {
			return
		}
		s := newScrubber([]string{secret})
		for _, form := range written(secret) {
			if len(form) >= len(secret) && strings.Contains(s.scrub(before+" "+form+" "+after), secret) {
				t.Fatalf("%q is left of %q", secret, form)
			}
		}
	})
}
