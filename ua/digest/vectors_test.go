package digest

import (
	"encoding/json"
	"os"
	"testing"
)

// vector is a request-digest somebody published or another implementation computed.
type vector struct {
	Name, Source                                     string
	Algorithm, Username, Password, Realm, Nonce, URI string
	Method, QOP, NC, CNonce, Body, Response          string
}

func (v vector) credentials() Credentials {
	return Credentials{Username: v.Username, Realm: v.Realm, Nonce: v.Nonce, URI: v.URI, Algorithm: v.Algorithm, QOP: v.QOP, CNonce: v.CNonce, NC: v.NC}
}

// published are the examples printed in the RFCs.
var published = []vector{
	{
		Name: "RFC 2617 §3.5", Algorithm: "MD5", Username: "Mufasa", Password: "Circle Of Life", Realm: "testrealm@host.com",
		Nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", URI: "/dir/index.html", Method: "GET", QOP: "auth", NC: "00000001", CNonce: "0a4f113b",
		Response: "6629fae49393a05397450978507c4ef1",
	},
	{
		Name: "RFC 7616 §3.9.1, MD5", Algorithm: "MD5", Username: "Mufasa", Password: "Circle of Life", Realm: "http-auth@example.org",
		Nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", URI: "/dir/index.html", Method: "GET", QOP: "auth", NC: "00000001",
		CNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", Response: "8ca523f5e9506fed4657c9700eebdbec",
	},
	{
		Name: "RFC 7616 §3.9.1, SHA-256", Algorithm: "SHA-256", Username: "Mufasa", Password: "Circle of Life", Realm: "http-auth@example.org",
		Nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", URI: "/dir/index.html", Method: "GET", QOP: "auth", NC: "00000001",
		CNonce:   "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
		Response: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	},
	{
		// The RFC prints ae66e67d…, a SHA-512 cut short. It names SHA-512/256 of FIPS 180-4, which gives this.
		Name: "RFC 7616 §3.9.2, SHA-512-256 as FIPS 180-4 has it", Algorithm: "SHA-512-256", Username: "Jäsøn Doe", Password: "Secret, or not?",
		Realm: "api@example.org", Nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", URI: "/doe.json", Method: "GET", QOP: "auth",
		NC: "00000001", CNonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
		Response: "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5",
	},
}

func TestPublishedVectors(t *testing.T) { check(t, published) }

func TestVectorsOfOtherImplementations(t *testing.T) {
	const file = "../../../shared/data/digest/digest-vectors.json"
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		t.Skipf("%s is not there: the vectors are not part of this repository", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 10 {
		t.Fatalf("%s has only %d vectors", file, len(vectors))
	}
	check(t, vectors)
}

func check(t *testing.T, vectors []vector) {
	for _, v := range vectors {
		a, ok := algorithmOf(v.Algorithm)
		if !ok {
			t.Errorf("%s: algorithm %q is unknown", v.Name, v.Algorithm)
			continue
		}
		if got := v.credentials().response(a, v.Password, v.Method, []byte(v.Body)); got != v.Response {
			t.Errorf("%s: response is %s, want %s", v.Name, got, v.Response)
		}
	}
}
