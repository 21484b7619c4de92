package interop

import "testing"

// Telephones of ours and baresip, without anything in between.

func TestBaresipIsCalled(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		carol, anna := startBaresip(t, baresipSetup{user: "carol"}), startPhone(t, phoneSetup{says: visitorWAV()})
		anna.says("dial %s", carol.uri())
		anna.want("answered call=out-1")
		carol.wantEvent("CALL_ESTABLISHED", "", longest)
		anna.wantTalk("out-1")
		anna.says("hold")
		anna.want("held by=local")
		anna.says("resume")
		anna.want("resumed by=local direction=sendrecv")
		carol.command("hold", "")
		anna.want("held by=remote")
		carol.command("resume", "")
		anna.want("resumed by=remote direction=sendrecv")
		anna.wantTalk("out-1")
		anna.says("dtmf 58#")
		eventually(t, "digits 58# at baresip", longest, func() bool { return carol.digits() == "58#" })
		carol.sendDigits("42")
		anna.wantDigits("out-1", "42", "rfc4733")
		anna.says("hangup")
		anna.want("ended call=out-1")
		carol.wantEvent("CALL_CLOSED", "", longest)
	})
}

func TestBaresipCalls(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		carol, anna := startBaresip(t, baresipSetup{user: "carol"}), startPhone(t, phoneSetup{})
		carol.dial(anna.uri())
		anna.want("incoming call=in-1")
		carol.wantEvent("CALL_RINGING", "", longest)
		anna.says("answer")
		anna.want("answered call=in-1")
		anna.wantTalk("in-1")
		carol.hangUp()
		anna.want("ended call=in-1 by=remote")
		carol.dial(anna.uri())
		anna.want("incoming call=in-2")
		anna.says("reject 486")
		carol.wantEvent("CALL_CLOSED", "486", longest)
	})
}

func TestBaresipAnswersAfterEarlyMedia(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		carol, anna := startBaresip(t, baresipSetup{user: "carol", answers: "early"}), startPhone(t, phoneSetup{})
		anna.says("dial %s", carol.uri())
		anna.want("early call=out-1")
		carol.command("accept", "")
		anna.want("answered call=out-1")
		anna.wantTalk("out-1")
	})
}

func TestBaresipHandsUsOn(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		carol, anna, bert := startBaresip(t, baresipSetup{user: "carol"}), startPhone(t, phoneSetup{}), startPhone(t, phoneSetup{user: "bert", args: []string{"-auto"}})
		anna.says("dial %s", carol.uri())
		anna.want("answered call=out-1")
		carol.command("transfer", bert.uri())
		anna.want("referred call=out-1")
		anna.want("answered call=out-2")
		bert.want("answered call=in-1")
		anna.wantTalk("out-2")
		carol.hangUp()
		anna.want("ended call=out-1")
	})
}

func TestBaresipIsHandedOn(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		carol, anna, bert := startBaresip(t, baresipSetup{user: "carol"}), startPhone(t, phoneSetup{}), startPhone(t, phoneSetup{user: "bert", args: []string{"-auto"}})
		anna.says("dial %s", carol.uri())
		anna.want("answered call=out-1")
		anna.says("transfer %s", bert.uri())
		bert.want("answered call=in-1")
		anna.want("transferred call=out-1 final=true")
		anna.want("ended call=out-1")
		bert.wantTalk("in-1")
	})
}
