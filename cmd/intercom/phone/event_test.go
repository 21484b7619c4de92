package phone

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"intercom/media"
)

// The names of the fields are what scripts are written for: they stay.
func TestLinesOfEvents(t *testing.T) {
	at := time.Date(2026, 5, 17, 10, 20, 30, 40_600_000, time.FixedZone("CEST", 7200))
	sound := Sound{"PCMA", "10.0.0.2:16384", "sendrecv", ""}
	const stamp = `"time":"2026-05-17T08:20:30.040Z"`
	for _, c := range []struct {
		event Event
		want  string
	}{
		{Ready{[]Address{{"udp", "10.0.0.1:5060"}}, []string{"sip:a@b"}, 4, ""},
			`{"event":"ready",` + stamp + `,"listen":[{"transport":"udp","address":"10.0.0.1:5060"}],"accounts":["sip:a@b"],"max_calls":4}`},
		{Registered{"phone", 600}, `{"event":"registered",` + stamp + `,"account":"phone","expires":600}`},
		{Unregistered{Account: "phone"}, `{"event":"unregistered",` + stamp + `,"account":"phone"}`},
		{Unregistered{"phone", "403", true, 60}, `{"event":"unregistered",` + stamp + `,"account":"phone","reason":"403","wrong_password":true,"retry_s":60}`},
		{Calling{"out-1", "sip:a@b"}, `{"event":"calling",` + stamp + `,"call":"out-1","to":"sip:a@b"}`},
		{Incoming{"in-1", "sip:a&b@c", `<"Anna">`, "sip:d@e", "phone", "anna", "10.0.0.2:5060", ""},
			`{"event":"incoming",` + stamp + `,"call":"in-1","from":"sip:a&b@c","name":"<\"Anna\">","to":"sip:d@e","account":"phone","user":"anna","source":"10.0.0.2:5060"}`},
		{Ringing{"out-1"}, `{"event":"ringing",` + stamp + `,"call":"out-1"}`},
		{Early{"out-1", sound}, `{"event":"early",` + stamp + `,"call":"out-1","codec":"PCMA","remote":"10.0.0.2:16384","direction":"sendrecv"}`},
		{Answered{"out-1", sound}, `{"event":"answered",` + stamp + `,"call":"out-1","codec":"PCMA","remote":"10.0.0.2:16384","direction":"sendrecv"}`},
		{Held{"out-1", "remote", Sound{"PCMA", "", "inactive", "AEAD_AES_128_GCM"}}, `{"event":"held",` + stamp + `,"call":"out-1","by":"remote","codec":"PCMA","direction":"inactive","srtp":"AEAD_AES_128_GCM"}`},
		{Digit{"in-1", "#", "rfc4733"}, `{"event":"digit",` + stamp + `,"call":"in-1","digit":"#","way":"rfc4733"}`},
		{Ended{Call: "in-1", Status: 486, Reason: "Busy Here", By: "local"},
			`{"event":"ended",` + stamp + `,"call":"in-1","status":486,"reason":"Busy Here","by":"local","seconds":0}`},
		{Error{"no \x1b\u2028\n\xff", ""}, `{"event":"error",` + stamp + `,"text":"no \u001b\u2028\n\ufffd"}`},
	} {
		got := string(Encode(at, c.event))
		if got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%s is no JSON", got)
		}
	}
}

func TestFiguresAreInMilliseconds(t *testing.T) {
	f := figures(media.Stats{Codec: "PCMA", Received: 50, Jitter: 1234567 * time.Nanosecond, RoundTrip: 20 * time.Millisecond})
	if f.Jitter != 1.23 || f.RoundTrip != 20 || f.Received != 50 {
		t.Errorf("%+v", f)
	}
	if figures(media.Stats{}) != nil {
		t.Error("a call without sound has figures")
	}
}

// What a script can read is written down.
func TestThePageNamesEverything(t *testing.T) {
	page, err := os.ReadFile("../../../docs/phone.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []Event{
		Ready{}, Registered{}, Unregistered{}, Calling{}, Incoming{}, Ringing{}, Early{}, Answered{}, Held{}, Resumed{}, Updated{},
		Digit{}, Referred{}, Transferred{}, Message{}, Replied{}, Ended{}, Status{}, Error{},
	} {
		names := append(fields(reflect.TypeOf(e)), e.event())
		for _, name := range names {
			if !strings.Contains(string(page), "`"+name+"`") {
				t.Errorf("docs/phone.md does not name %q of %q", name, e.event())
			}
		}
	}
	for _, f := range forms() {
		if !strings.Contains(string(page), "`"+f.verb) {
			t.Errorf("docs/phone.md does not name the command %q", f.verb)
		}
	}
}

// fields are the names of a struct's fields in JSON, those within them included.
func fields(t reflect.Type) (names []string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names = append(append(names, name), fields(f.Type)...)
		}
	}
	return names
}
