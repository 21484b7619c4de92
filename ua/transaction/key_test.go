package transaction

import (
	"strings"
	"testing"

	"intercom/ua/sip"
)

func validate(t *testing.T, m *sip.Message) *sip.Fault {
	t.Helper()
	parsed, err := sip.Parse([]byte(m.String()))
	if err != nil {
		t.Fatal(err)
	}
	return sip.Validate(parsed)
}

// with returns a request with one header field, or the Request-URI, replaced.
func with(method, name, value string) *sip.Message {
	m := request(method)
	if name == "Request-URI" {
		m.RequestURI = value
	} else {
		m.Set(name, value)
	}
	return m
}

func TestServerKeyMatches(t *testing.T) {
	const via = "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKdoor1"
	invite := ServerKey(request("INVITE"))
	for _, c := range []struct {
		why  string
		req  *sip.Message
		same bool
	}{
		{"a retransmission", request("INVITE"), true},
		{"its ACK", request("ACK"), true},
		{"its ACK with the To tag", with("ACK", "To", "<sip:11@192.0.2.2>;tag=t1"), true},
		{"another URI behind the same branch", with("INVITE", "Request-URI", "sip:12@192.0.2.2"), true},
		{"only the top Via counts", with("INVITE", "Via", via), true},
		{"a CANCEL is a transaction of its own", request("CANCEL"), false},
		{"another method", request("BYE"), false},
		{"another branch", with("INVITE", "Via", via+"x"), false},
		{"another port", with("INVITE", "Via", strings.Replace(via, "5060", "5061", 1)), false},
		{"another host", with("INVITE", "Via", strings.Replace(via, "192.0.2.1:", "192.0.2.7:", 1)), false},
	} {
		if got := ServerKey(c.req) == invite; got != c.same {
			t.Errorf("%s: same transaction %v, want %v", c.why, got, c.same)
		}
	}
	a, b := with("INVITE", "Via", "SIP/2.0/UDP Door.Example;branch=z9hG4bK1"), with("INVITE", "Via", "SIP/2.0/UDP door.example;branch=z9hG4bK1")
	if ServerKey(a) != ServerKey(b) {
		t.Error("the case of a host name makes another transaction")
	}
}

// Without the cookie the branch says nothing (RFC 3261 §17.2.3); the cookie alone says as little.
func TestServerKeyOfOldClients(t *testing.T) {
	for _, via := range []string{"SIP/2.0/UDP 192.0.2.1", "SIP/2.0/UDP 192.0.2.1;branch=1", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK", "no Via at all"} {
		old := func(method string) *sip.Message { return with(method, "Via", via) }
		change := func(name, value string) *sip.Message {
			m := old("INVITE")
			if name == "Request-URI" {
				m.RequestURI = value
			} else {
				m.Set(name, value)
			}
			return m
		}
		invite := ServerKey(old("INVITE"))
		ack := old("ACK")
		ack.Set("To", "<sip:11@192.0.2.2>;tag=t1")
		if ServerKey(old("INVITE")) != invite || ServerKey(ack) != invite || InviteKeyOfCancel(old("CANCEL")) != invite {
			t.Errorf("%q: a retransmission, the ACK or the CANCEL does not match", via)
		}
		for _, other := range []*sip.Message{
			old("BYE"), old("CANCEL"),
			change("Request-URI", "sip:12@192.0.2.2"), change("From", "<sip:door@192.0.2.1>;tag=f2"), change("Call-ID", "c2"),
			change("CSeq", "8 INVITE"), change("Via", "SIP/2.0/UDP 192.0.2.1;branch=2"),
		} {
			if ServerKey(other) == invite {
				t.Errorf("%q: matched by\n%s", via, other)
			}
		}
	}
}

func TestClientKeyMatches(t *testing.T) {
	key := ClientKey(request("INVITE"))
	if ClientKey(response(180)) != key || ClientKey(response(486)) != key {
		t.Error("a response does not match its request")
	}
	wrong := response(200)
	wrong.Set("CSeq", "7 CANCEL") // the response to the CANCEL, whose branch is the same
	if ClientKey(wrong) == key || ClientKey(wrong) != ClientKey(request("CANCEL")) {
		t.Error("the response to a CANCEL is taken for one to the INVITE")
	}
	stray := response(200)
	stray.Set("Via", "SIP/2.0/UDP 192.0.2.66:5060;branch=z9hG4bKdoor1")
	if ClientKey(stray) == key {
		t.Error("a response with another sent-by matches")
	}
	behind := response(200)
	behind.Set("Via", "SIP/2.0/UDP 192.0.2.1:5060;rport=1024;received=198.51.100.1;branch=z9hG4bKdoor1")
	if ClientKey(behind) != key {
		t.Error("received and rport in the response keep it from its request")
	}
}

func TestCloneIsTheSameKey(t *testing.T) {
	for _, k := range []Key{ServerKey(request("INVITE")), ClientKey(response(200)), ServerKey(with("BYE", "Via", "SIP/2.0/UDP h")), {}} {
		if k.Clone() != k {
			t.Errorf("clone of %+v is %+v", k, k.Clone())
		}
	}
}

func TestStatesHaveTheNamesOfTheRFC(t *testing.T) {
	if got := Proceeding.String() + Terminated.String() + State(0).String() + State(99).String(); got != "ProceedingTerminated" {
		t.Errorf("got %q", got)
	}
}
