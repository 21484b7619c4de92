package ua

import (
	"testing"

	"intercom/ua/sip"
)

// Whatever a body is, it is looked at within bounds, and a description comes out of no body that is refused.
func FuzzContent(f *testing.F) {
	f.Add("application/sdp", "", "v=0\r\n")
	f.Add("multipart/mixed;boundary=x", "session;handling=optional", "--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x--\r\n")
	f.Add(`Multipart/Alternative ; boundary="a;b"`, "", "--a;b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\n\r\n\r\n--c--\r\n--a;b--")
	f.Fuzz(func(t *testing.T, kind, purpose, body string) {
		m := sip.NewRequest("INVITE", "sip:a@b")
		m.Add("Content-Type", kind)
		m.Add("Content-Disposition", purpose)
		m.Body = []byte(body)
		if _, _, refused := refuseContent(m); refused && sessionBody(m) != nil {
			t.Fatalf("%q is refused, and has the description %q", body, sessionBody(m))
		}
		if len(sessionBody(m)) > len(body) {
			t.Fatalf("a description of %d octets in a body of %d", len(sessionBody(m)), len(body))
		}
	})
}
