package configs

import (
	"slices"
	"strings"
	"testing"
)

func TestRedacted(t *testing.T) {
	f := Files{Path: "x.toml", Text: []byte(`# once it was canary0
[[button]]
name = "bell"
line = "GPIO17"
call = ["sip:11:canary1@fritz.box", "12"]
[[door]]
name = "front"
relay = "GPIO27"
code = "7391640"
cod = "7391641"
[[account]]
name = "box"
aor = "sip:door@fritz.box"
username = "canary2"
password = "canary3"
pasword = "canary4"
registrar = "sip:fritz.box"
[[account]]
password = 12345678
[[caller]]
username = "canary5"
password = """canary
6"""
[sound.prompts]
ringback = "https://me:canary7@box/x.wav"
[unknown]
x = { y = ["canary8", 73916422] }
`), Secrets: []byte("[[account]]\nname = \"box\"\npassword = \"canary9\"\n")}
	text, secrets, err := f.Redacted(false)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "canary") || strings.Contains(string(text), "739164") || strings.Contains(string(text), "12345678") {
		t.Errorf("a secret is in\n%s", text)
	}
	for _, want := range []string{"canary1", "canary2", "canary3", "canary4", "canary5", "canary\n6", "canary7", "canary8", "canary9", "7391640", "7391641", "12345678", "73916422"} {
		if !slices.Contains(secrets, want) {
			t.Errorf("%q is not known as a secret: %q", want, secrets)
		}
	}
	for _, want := range []string{`"GPIO17"`, `"sip:11:***@fritz.box"`, `"12"`, `registrar = "sip:fritz.box"`, `password = "***"`, `unknown = "***"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	text, secrets, err = f.Redacted(true)
	if err != nil || !strings.Contains(string(text), `username = "canary2"`) || slices.Contains(secrets, "canary2") {
		t.Errorf("the names are not kept: %v\n%s", err, text)
	}
}

// What is no TOML is left out, and what it may have been is known.
func TestRedactedOfBrokenText(t *testing.T) {
	f := Files{Path: "x.toml", Text: []byte("[[account]]\nname = \"box\"\npassword = canary1\npassword: canary2\n code = '73916\n")}
	text, secrets, err := f.Redacted(false)
	if err != nil || strings.Contains(string(text), "canary") || strings.Contains(string(text), "73916") {
		t.Errorf("%v in\n%s", err, text)
	}
	if !slices.Contains(secrets, "canary1") || !slices.Contains(secrets, "73916") {
		t.Errorf("known are %q", secrets)
	}
}

// Whatever a file holds, what is taken for a secret is not shown.
func FuzzRedacted(f *testing.F) {
	f.Add([]byte(good))
	f.Add(Reference)
	f.Add([]byte("password = \"canary\"\n[[account]]\npassword = [{x = \"canary\"}]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		shown, _, err := Files{Path: "x.toml", Text: text}.Redacted(false)
		if err != nil {
			return
		}
		again, _, err := Files{Path: "x.toml", Text: shown}.Redacted(false)
		if err != nil || string(again) != string(shown) {
			t.Fatalf("redacted twice (%v)\n%s\nis not\n%s", err, again, shown)
		}
	})
}
