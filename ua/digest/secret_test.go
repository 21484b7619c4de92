package digest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// However a secret is printed, alone or in whatever holds it, it is not shown.
func TestASecretIsNotShown(t *testing.T) {
	const secret = "zanzibar"
	holder := struct {
		Password Secret
		All      []Secret
		Map      map[string]Secret
		Client   Client
	}{secret, []Secret{secret}, map[string]Secret{"bob": secret}, *client()}
	var shown []string
	for _, verb := range strings.Split("v +v #v s q x X d c U t e b o", " ") {
		shown = append(shown, fmt.Sprintf("%"+verb, Secret(secret)), fmt.Sprintf("%"+verb, holder))
	}
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("holder", "password", Secret(secret), "holder", holder)
	}
	text, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(shown, log.String(), string(text), Secret(secret).String()) {
		if strings.Contains(s, secret) || strings.Contains(strings.ToLower(s), fmt.Sprintf("%x", secret)) {
			t.Errorf("shown: %s", s)
		}
	}
	if got := fmt.Sprintf("%v, %v, %q", Secret(secret), Secret(""), Secret(secret)); got != `***, , "***"` {
		t.Errorf("a secret and none are %q", got)
	}
}
