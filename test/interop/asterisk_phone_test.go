package interop

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// Telephones at the house's PBX, of the version that is new and of the one that is old.

func TestPhonesAtAsterisk(t *testing.T) {
	stories := []struct {
		name string
		tell func(testing.TB, *asterisk)
	}{
		{"a call both ways", callBothWays},
		{"calls that are refused", callsAreRefused},
		{"hold and resume", holdAndResume},
		{"a call is handed on blindly", handOnBlindly},
		{"a call is handed on after asking", handOnAfterAsking},
		{"the PBX sends us elsewhere", sentElsewhere},
		{"sound before the answer", soundBeforeTheAnswer},
		{"reliable provisional responses", reliableProvisionals},
		{"digits by RFC 4733", digitsAsEvents},
		{"digits by INFO", digitsAsInfo},
		{"the PBX asks whether we are there", qualified},
		{"TLS", overTLS},
		{"certificates that are not believed", certificatesNotBelieved},
	}
	for _, version := range asteriskVersions {
		t.Run(version, func(t *testing.T) {
			requirePeers(t)
			t.Parallel()
			pbx := startAsteriskVersion(t, version, newAddress(t))
			for _, story := range stories {
				t.Run(story.name, func(t *testing.T) {
					withPeers(t, func(t testing.TB) { story.tell(t, pbx.in(t)) })
				})
			}
		})
	}
}

func callBothWays(t testing.TB, pbx *asterisk) {
	anna, bert := pbx.phone(phoneSetup{}), pbx.phone(phoneSetup{registrar: pbx.registrar("tcp")})
	anna.call(pbx.uri(bert.user), bert)
	anna.wantTalk("out-1")
	bert.wantTalk("in-1")
	bert.says("hangup")
	anna.want("ended call=out-1 status=0 by=remote")
	bert.want("ended call=in-1 status=0 by=local")

	bert.call(pbx.uri(anna.user), anna)
	bert.says("hangup")
	anna.want("ended call=in-1 status=0 by=remote")

	anna.says("dial %s", pbx.uri(bert.user))
	bert.want("incoming call=in-2")
	anna.want("ringing call=out-2")
	anna.says("hangup")
	bert.want("ended call=in-2 by=remote")
	anna.want("ended call=out-2 status=487 by=local")
}

func callsAreRefused(t testing.TB, pbx *asterisk) {
	anna, bert := pbx.phone(phoneSetup{}), pbx.phone(phoneSetup{})
	for _, status := range []string{"403", "404", "480", "486", "488", "500", "503"} {
		anna.says("dial %s", pbx.uri("refuse"+status))
		anna.want("ended by=remote status=" + status)
	}
	anna.says("dial %s", pbx.uri(bert.user))
	bert.want("incoming")
	bert.says("reject 486")
	anna.want("ended by=remote status=486")
}

func holdAndResume(t testing.TB, pbx *asterisk) {
	anna, bert := pbx.phone(phoneSetup{}), pbx.phone(phoneSetup{})
	anna.call(pbx.uri(bert.user), bert)
	for _, who := range []struct{ holds, waits *phone }{{anna, bert}, {bert, anna}} {
		who.holds.says("hold")
		who.holds.want("held by=local")
		who.waits.want("held by=remote direction=recvonly")
		who.holds.says("resume")
		who.holds.want("resumed by=local direction=sendrecv")
		who.waits.want("resumed by=remote direction=sendrecv")
	}
	anna.wantTalk("out-1")
	bert.wantTalk("in-1")
}

func handOnBlindly(t testing.TB, pbx *asterisk) {
	anna, bert, carl := pbx.phone(phoneSetup{}), pbx.phone(phoneSetup{}), pbx.phone(phoneSetup{args: []string{"-auto"}})
	anna.call(pbx.uri(bert.user), bert)
	anna.says("transfer %s", pbx.uri(carl.user))
	anna.want("transferred call=out-1 status=200 final=true")
	anna.want("ended call=out-1 status=0")
	carl.want("answered call=in-1")
	carl.wantTalk("in-1")
	bert.says("dtmf 7")
	carl.wantDigits("in-1", "7", "rfc4733")
	bert.says("hangup")
	carl.want("ended call=in-1 by=remote")
}

func handOnAfterAsking(t testing.TB, pbx *asterisk) {
	anna, bert, carl := pbx.phone(phoneSetup{}), pbx.phone(phoneSetup{}), pbx.phone(phoneSetup{args: []string{"-auto"}})
	anna.call(pbx.uri(bert.user), bert)
	anna.says("attended %s", pbx.uri(carl.user))
	anna.want("held call=out-1 by=local")
	carl.want("answered call=in-1")
	anna.want("answered call=out-2")
	anna.want("transferred call=out-1 status=200 final=true")
	anna.want("ended call=out-1")
	anna.want("ended call=out-2")
	carl.wantTalk("in-1")
	carl.says("dtmf 3")
	bert.wantDigits("in-1", "3", "rfc4733")
	carl.says("hangup")
	bert.want("ended call=in-1 by=remote")
}

func sentElsewhere(t testing.TB, pbx *asterisk) {
	anna := pbx.phone(phoneSetup{})
	anna.says("dial %s", pbx.uri("referecho"))
	anna.want("answered call=out-1")
	anna.want("referred call=out-1")
	anna.want("answered call=out-2")
	anna.want("ended call=out-1 by=remote")
	anna.wantTalk("out-2")
	pbx.wantLog("the caller was referred: SUCCESS", longest)
	anna.says("dial %s", pbx.uri("referrefuse486"))
	anna.want("referred call=out-3")
	anna.want("ended call=out-4 status=486")
}

func soundBeforeTheAnswer(t testing.TB, pbx *asterisk) {
	anna := pbx.phone(phoneSetup{})
	anna.says("dial %s", pbx.uri("announce"))
	anna.want("early call=out-1")
	anna.wantHeard("out-1")
	anna.wantNo("answered")
	anna.want("answered call=out-1")
	anna.wantTalk("out-1")
}

func reliableProvisionals(t testing.TB, pbx *asterisk) {
	anna := pbx.phone(phoneSetup{user: "reliable"})
	anna.says("dial %s", pbx.uri("announce"))
	anna.want("early call=out-1")
	anna.want("answered call=out-1")
	anna.says("hangup")
	anna.want("ended call=out-1")
	pbx.console("channel originate PJSIP/reliable extension echo@house")
	anna.want("incoming call=in-1")
	pbx.wantLog("PRACK sip:reliable@", longest)
	anna.says("answer")
	anna.want("answered call=in-1")
	anna.wantTalk("in-1")
}

func digitsAsEvents(t testing.TB, pbx *asterisk) {
	anna := pbx.phone(phoneSetup{})
	exchangeDigits(t, pbx, anna, "rfc4733")
}

func digitsAsInfo(t testing.TB, pbx *asterisk) {
	anna := pbx.phone(phoneSetup{user: "informer", args: []string{"-dtmf", "info"}})
	exchangeDigits(t, pbx, anna, "info")
}

func exchangeDigits(t testing.TB, pbx *asterisk, p *phone, way string) {
	p.says("dial %s", pbx.uri("digits"))
	p.want("answered call=out-1")
	p.says("dtmf 2580")
	eventually(t, "digits 2580 at Asterisk", longest, func() bool { return pbx.digits(p.user) == "2580" })
	p.want("ended call=out-1 by=remote")
	p.says("dial %s", pbx.uri("code19*A"))
	p.wantDigits("out-2", "19*A#", way)
}

func qualified(t testing.TB, pbx *asterisk) {
	anna := pbx.phone(phoneSetup{user: "asked"})
	pbx.wantLog("Contact asked/sip:asked@"+anna.address+":5060 is now Reachable", longest)
}

func (a *asterisk) authority() string { return filepath.Join(a.paths["certificates"], "authority.pem") }

func overTLS(t testing.TB, pbx *asterisk) {
	overTLS := phoneSetup{registrar: fmt.Sprintf("sip:%s:5061;transport=tls", pbx.address), args: []string{"-transport", "tls", "-ca-file", pbx.authority()}}
	anna, bert := pbx.phone(overTLS), pbx.phone(phoneSetup{})
	anna.call(pbx.uri(bert.user), bert)
	anna.wantTalk("out-1")
	bert.says("hangup")
	anna.want("ended call=out-1 by=remote")
	bert.call(pbx.uri(anna.user), anna)
	anna.says("hangup")
	bert.want("ended call=out-1 by=remote")
}

// A server that is not who it should be is told so, and no call and no password ever goes to it.
func certificatesNotBelieved(t testing.TB, pbx *asterisk) {
	for _, c := range []struct{ port, reason string }{
		{"5062", "expired"}, {"5063", "authority"}, {"5064", pbx.address},
	} {
		user := pbx.newUser()
		p := startUnregisteredPhone(t, phoneSetup{
			user: user, host: pbx.address, registrar: fmt.Sprintf("sip:%s:%s;transport=tls", pbx.address, c.port),
			args: []string{"-transport", "udp,tcp,tls", "-ca-file", pbx.authority()},
		})
		if e := p.want("unregistered"); !strings.Contains(e.field("reason"), c.reason) {
			t.Errorf("port %s: the phone tells %s, want the reason %q", c.port, e.text, c.reason)
		}
		p.says("dial %s", pbx.uri("echo"))
		p.want("ended call=out-1 seconds=0")
		if sent := recordsAbout(read(pbx.paths["log"]), []string{"<sip:" + user + "@"}); sent != "" {
			t.Errorf("port %s: this reached the PBX all the same:\n%s", c.port, sent)
		}
	}
}
