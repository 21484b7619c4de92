package digest

import "testing"

func BenchmarkAuthorize(b *testing.B) {
	c, ch := client(), Challenge{Realm: "door", Nonce: "n", Algorithm: "SHA-256", QOP: []string{"auth"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Authorize(ch, "INVITE", "sip:door@192.0.2.1", nil); err != nil {
			b.Fatal(err)
		}
	}
}
