package configs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// However a whole configuration is printed, logged or written, nobody reads a password or a door's code in it.
func TestAConfigurationShowsNoSecret(t *testing.T) {
	text := strings.Replace(good, "hunter2", "zanzibar", 1) +
		"[[caller]]\nusername = \"kitchen\"\npassword = \"zanzibar\"\n[[door]]\nname = \"garage\"\nrelay = \"GPIO22\"\ncode = \"739164\"\n"
	c, faults := Check("x.toml", []byte(text))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	doors := c.Station.Doors
	if len(c.Accounts) != 1 || c.Accounts[0].Password != "zanzibar" || c.Callers[0].Password != "zanzibar" || doors[len(doors)-1].Code != "739164" {
		t.Fatalf("the file's secrets were not read: %+v", c)
	}
	var shown bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&shown, verb+"\n", c)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&shown, nil), slog.NewJSONHandler(&shown, nil)} {
		slog.New(h).Info("configuration", "config", c, "account", c.Accounts[0], "caller", c.Callers[0], "password", c.Callers[0].Password)
	}
	text2, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	shown.Write(text2)
	if err := toml.NewEncoder(&shown).Encode(c); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"zanzibar", "739164"} {
		for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret)} {
			if strings.Contains(shown.String(), form) {
				t.Errorf("%q is shown", form)
			}
		}
	}
}

func TestCallers(t *testing.T) {
	text := good + "[[caller]]\nusername = \"kitchen\"\npassword = \"zanzibar\"\n[[caller]]\nusername = \"kitchen\"\npassword = \"short\"\n[[caller]]\n"
	_, faults := Check("x.toml", []byte(text))
	said := fmt.Sprint(faults)
	for _, want := range []string{`"kitchen" is the name of another caller too`, "at least 8 characters", "the name that the telephone logs in with"} {
		if !strings.Contains(said, want) {
			t.Errorf("want %q in\n%s", want, said)
		}
	}
	if strings.Contains(said, "short") {
		t.Errorf("a password is shown:\n%s", said)
	}
}
