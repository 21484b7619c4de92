package demo

import (
	"io"
	"os"
	"strings"
	"testing"

	"intercom/configs"
)

// A visit that plays by itself takes its time on real sockets: the talkers talk.
func TestAVisitPlaysByItself(t *testing.T) {
	if testing.Short() {
		t.Skip("a visit takes a quarter of a minute; left out by -short")
	}
	config, faults := configs.Check("demo.toml", configs.Demo)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	nobody, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer nobody.Close()
	var out strings.Builder
	err = Run(t.Context(), Options{
		Config: config, Phone: "127.0.0.1:15062", Other: "127.0.0.1:15064", Sound: "wav", Out: t.TempDir(), In: nobody, Stdout: &out,
	})
	t.Log("\n" + out.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"INVITE", "180 Ringing", "relay front closes", "relay front opens", "BYE", "house → door", "attic   the telephone rings", "attic   stops ringing: Call completed elsewhere"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not mention %q", want)
		}
	}
}

// A demonstration of sound does not go on without it.
func TestACardThatIsNotThereIsSaid(t *testing.T) {
	config, faults := configs.Check("demo.toml", configs.Demo)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	nobody, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer nobody.Close()
	err = Run(t.Context(), Options{
		Config: config, Phone: "127.0.0.1:15062", Other: "127.0.0.1:15064", Sound: "no such card", Out: t.TempDir(), In: nobody, Stdout: io.Discard,
	})
	if err == nil || !strings.Contains(err.Error(), "the door has no sound") {
		t.Errorf("got %v", err)
	}
}
