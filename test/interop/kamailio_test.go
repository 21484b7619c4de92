package interop

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// kamailio is a running proxy and registrar. Its special users are those of test/peers/kamailio/kamailio.cfg.
type kamailio struct {
	t       testing.TB
	name    string
	address string
	paths   map[string]string
}

func startKamailio(t testing.TB) *kamailio { t.Helper(); return runKamailio(t) }

// edge starts a proxy in front of this one.
func (k *kamailio) edge() *kamailio { k.t.Helper(); return runKamailio(k.t, k.address) }

func runKamailio(t testing.TB, behind ...string) *kamailio {
	t.Helper()
	k := &kamailio{t: t, name: peerName(), address: newAddress(t)}
	k.paths = startPeer(t, nil, "kamailio.sh", append([]string{"start", k.name, k.address}, behind...)...)
	t.Cleanup(func() {
		peerScript(t, nil, "kamailio.sh", "stop", k.name)
		showIfFailed(t, "Kamailio's log "+k.address, read(k.paths["log"]))
		os.RemoveAll(k.paths["folder"])
	})
	return k
}

func (k *kamailio) uri(user string) string { return "sip:" + user + "@" + k.address }
func (k *kamailio) authority() string      { return filepath.Join(k.paths["certificates"], "authority.pem") }

// phone starts one that is registered.
func (k *kamailio) phone(user string, args ...string) *phone {
	k.t.Helper()
	return startPhone(k.t, phoneSetup{user: user, host: k.address, registrar: "sip:" + k.address, args: args})
}

// asked are the requests that came, each a line, that match a regular expression.
func (k *kamailio) asked(pattern string) (lines []string) {
	match := regexp.MustCompile(pattern)
	for line := range strings.Lines(read(k.paths["log"])) {
		if _, request, found := strings.Cut(line, "asked: "); found && match.MatchString(request) {
			lines = append(lines, request)
		}
	}
	return lines
}

func (k *kamailio) wantAsked(pattern string, times int) {
	k.t.Helper()
	eventually(k.t, "Kamailio being asked "+pattern, longest, func() bool { return len(k.asked(pattern)) >= times })
}

// Each transport that a telephone may register over reaches the two others. Kamailio stays in the way: it has seen the ends
// of the calls, with the Route that it asked for.
func TestKamailioBetweenTransports(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		proxy := startKamailio(t)
		alice := proxy.phone("alice")
		bob := startPhone(t, phoneSetup{user: "bob", host: proxy.address, registrar: "sip:" + proxy.address + ";transport=tcp", args: []string{"-transport", "tcp"}})
		carol := startPhone(t, phoneSetup{
			user: "carol", host: proxy.address, registrar: "sip:" + proxy.address + ":5061;transport=tls",
			args: []string{"-transport", "tls", "-ca-file", proxy.authority()},
		})
		for _, pair := range [][2]*phone{{alice, bob}, {bob, carol}, {carol, alice}} {
			from, to := pair[0], pair[1]
			from.call(proxy.uri(to.user), to)
			from.wantTalk("out-1")
			to.says("hangup in-1")
			from.want("ended call=out-1 by=remote")
			to.want("ended call=in-1")
			proxy.wantAsked("^BYE .* from "+to.address+".*route <sip:"+proxy.address, 1)
		}
		// Who has not shown the password is not put through.
		proxy.wantAsked(`^INVITE .* authorized  [1-9]`, 3)
		mallory := startPhone(t, phoneSetup{user: "mallory", host: proxy.address, args: []string{"-password", "guess"}})
		mallory.says("dial %s", proxy.uri("alice"))
		mallory.want("ended call=out-1 by=remote status=407")
	})
}

// A proxy rings three telephones at once. One answers, and the others know that it was answered.
func TestKamailioForks(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		proxy := startKamailio(t)
		alice, bob, dave := proxy.phone("alice"), proxy.phone("bob"), proxy.phone("dave")
		carol := startBaresip(t, baresipSetup{user: "carol", registrar: proxy.address, answers: "manual"})

		dave.says("dial %s", proxy.uri("group"))
		alice.want("incoming call=in-1")
		bob.want("incoming call=in-1")
		carol.wantEvent("CALL_INCOMING", "", longest)
		bob.says("answer")
		bob.want("answered call=in-1")
		dave.want("answered call=out-1")
		wantElsewhere(t, alice.want("ended call=in-1 by=remote"))
		carol.wantEvent("CALL_CLOSED", "", longest)
		dave.wantTalk("out-1")
		dave.says("hangup")
		bob.want("ended call=in-1 by=remote")

		dave.says("dial %s", proxy.uri("group"))
		alice.want("incoming call=in-2")
		bob.want("incoming call=in-2")
		eventually(t, "carol's telephone ringing again", longest, func() bool { return carol.count(isEvent("CALL_INCOMING")) == 2 })
		carol.command("accept", "")
		dave.want("answered call=out-2")
		wantElsewhere(t, alice.want("ended call=in-2 by=remote"))
		wantElsewhere(t, bob.want("ended call=in-2 by=remote"))
		dave.wantTalk("out-2")
		carol.hangUp()
		dave.want("ended call=out-2 by=remote")
	})
}

// wantElsewhere says that a call has ended because somebody else took it (RFC 3326).
func wantElsewhere(t testing.TB, ended *phoneEvent) {
	t.Helper()
	if !strings.Contains(ended.field("reason"), "Call completed elsewhere") {
		t.Errorf("the telephone that has not answered tells %s, want the reason %q", ended.text, "Call completed elsewhere")
	}
}

func TestKamailioRedirects(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		proxy := startKamailio(t)
		bob, dave := proxy.phone("bob", "-auto"), proxy.phone("dave")
		dave.says("dial %s", proxy.uri("moved"))
		bob.want("answered call=in-1")
		dave.want("answered call=out-1")
		dave.says("hangup")
		dave.want("ended call=out-1")
		dave.says("dial %s", proxy.uri("movedloop"))
		dave.want("ended call=out-2 by=remote")
		if n := len(proxy.asked("^INVITE sip:movedloop@")); n > 10 {
			t.Errorf("%d INVITE to a user who has moved to where it is", n)
		}
		dave.says("dial %s", proxy.uri("nobody"))
		dave.want("ended call=out-3 by=remote status=480")
	})
}

// A telephone behind an edge proxy is reached by its Path (RFC 3327).
func TestKamailioBehindAnEdge(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		proxy := startKamailio(t)
		edge := proxy.edge()
		erin := startPhone(t, phoneSetup{user: "erin", host: proxy.address, registrar: "sip:" + edge.address})
		dave := proxy.phone("dave")
		dave.call(proxy.uri("erin"), erin)
		dave.wantTalk("out-1")
		erin.says("hangup")
		dave.want("ended call=out-1 by=remote")
		edge.wantAsked("^INVITE sip:erin@"+erin.address+".* from "+proxy.address, 1)
		edge.wantAsked("^BYE .* from "+erin.address, 1)

		erin.call(proxy.uri("dave"), dave)
		dave.says("hangup")
		erin.want("ended call=out-1 by=remote")
		edge.wantAsked("^INVITE sip:dave@.* from "+erin.address, 2) // the first is challenged
	})
}

// A nonce is good for one request here. Whoever asks again with it is challenged anew, and asks once more.
func TestKamailioTakesEachNonceOnce(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		proxy := startKamailio(t)
		dave, bob := proxy.phone("dave"), proxy.phone("bob", "-auto")
		for _, call := range []string{"out-1", "out-2", "out-3"} {
			dave.says("dial %s", proxy.uri("bob"))
			dave.want("answered call=" + call)
			dave.says("hangup")
			dave.want("ended call=" + call)
		}
		// Kamailio grants 6 s: three refreshes.
		eventually(t, "four registrations of dave", 25*time.Second, func() bool { return len(proxy.asked("^REGISTER .* from "+dave.address)) >= 8 })
		dave.wantNo("unregistered")
		bob.wantNo("unregistered")
		dave.says("dial %s", proxy.uri("bob"))
		dave.want("answered call=out-4")
	})
}

// Carol, who is neither, asks Alice before she sends Bob to her. The proxy hands the REFER on: it is Bob's telephone that calls Alice in
// place of Carol (RFC 3515, RFC 3891).
func TestKamailioAttendedTransfer(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		proxy := startKamailio(t)
		alice, bob, carol := proxy.phone("alice"), proxy.phone("bob"), proxy.phone("carol")
		bob.call(proxy.uri("carol"), carol)
		carol.says("attended %s", proxy.uri("alice"))
		bob.want("held call=out-1 by=remote")
		alice.want("incoming call=in-1")
		alice.says("answer")
		carol.want("answered call=out-1")
		bob.want("referred call=out-1 replaces=true")
		alice.want("incoming call=in-2 replaces=in-1")
		bob.want("answered call=out-2")
		alice.want("ended call=in-1 successor=in-2")
		carol.want("transferred status=200 final=true")
		carol.want("ended call=in-1")
		carol.want("ended call=out-1")
		bob.want("ended call=out-1")
		bob.wantTalk("out-2")
		alice.wantTalk("in-2")
		bob.says("dtmf 5")
		alice.wantDigits("in-2", "5", "rfc4733")
	})
}
