package interop

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// linphone is a running phone with a console: it plays a WAV file and records what it hears.
type linphone struct {
	t       testing.TB
	name    string
	user    string
	address string
	paths   map[string]string
}

// startLinphone starts one that is called directly. Settings are those of test/peers/linphone.sh, such as "ANSWERS=manual".
func startLinphone(t testing.TB, settings ...string) *linphone {
	t.Helper()
	l := &linphone{t: t, name: peerName(), user: "linus", address: newAddress(t)}
	l.paths = startPeer(t, settings, "linphone.sh", "start", l.name, l.address, l.user)
	t.Cleanup(func() {
		peerScript(t, nil, "linphone.sh", "stop", l.name)
		showIfFailed(t, "linphone's log", read(l.paths["log"]))
		showIfFailed(t, "linphone's console", l.screen())
		os.RemoveAll(l.paths["folder"])
	})
	return l
}

func (l *linphone) uri() string    { return "sip:" + l.user + "@" + l.address }
func (l *linphone) screen() string { return read(l.paths["screen"]) }

// says gives its console a line. The pipe is read all the time.
func (l *linphone) says(format string, args ...any) {
	l.t.Helper()
	pipe, err := os.OpenFile(l.paths["console"], os.O_WRONLY, 0)
	if err != nil {
		l.t.Fatal(err)
	}
	defer pipe.Close()
	fmt.Fprintf(pipe, format+"\n", args...)
}

// wantScreen waits for what its console says of a call.
func (l *linphone) wantScreen(text string) {
	l.t.Helper()
	eventually(l.t, fmt.Sprintf("%q on linphone's console", text), longest, func() bool { return strings.Contains(l.screen(), text) })
}

func TestLinphoneIsCalled(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		linus, anna := startLinphone(t), startPhone(t, phoneSetup{})
		anna.says("dial %s", linus.uri())
		anna.want("answered call=out-1")
		anna.wantTalk("out-1")
		anna.says("hold")
		anna.want("held by=local")
		anna.says("resume")
		anna.want("resumed by=local direction=sendrecv")
		anna.says("dtmf 7")
		linus.wantScreen("Receiving tone 7")
		linus.says("pause")
		anna.want("held by=remote")
		linus.wantScreen("is now paused")
		linus.says("resume")
		anna.want("resumed by=remote direction=sendrecv")
		anna.wantTalk("out-1")
		every(time.Second/2, 3, func(i int) { linus.says("%c", "58#"[i]) }) // it forgets a key for the next
		anna.wantDigits("out-1", "58#", "rfc4733")
		anna.says("hangup")
		anna.want("ended call=out-1")
		linus.wantScreen("ended (No error)")
	})
}

func TestLinphoneCalls(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		linus, anna := startLinphone(t, "DTMF=info"), startPhone(t, phoneSetup{args: []string{"-dtmf", "info"}})
		linus.says("call %s", anna.uri())
		anna.want("incoming call=in-1")
		anna.says("answer")
		anna.want("answered call=in-1")
		anna.wantTalk("in-1")
		linus.says("42")
		anna.wantDigits("in-1", "42", "info")
		anna.says("dtmf 9")
		linus.wantScreen("Receiving tone 9")
		linus.says("terminate")
		anna.want("ended call=in-1 by=remote")

		linus.says("call %s", anna.uri())
		anna.want("incoming call=in-2")
		anna.says("reject 486")
		anna.want("ended call=in-2 by=local")
		linus.wantScreen("Call 2 with " + anna.uri() + " error")
	})
}

// Linphone sends us to others, blindly and after asking them.
func TestLinphoneHandsUsOn(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		linus, anna, bert := startLinphone(t), startPhone(t, phoneSetup{}), startPhone(t, phoneSetup{user: "bert", args: []string{"-auto"}})
		anna.says("dial %s", linus.uri())
		anna.want("answered call=out-1")
		linus.says("transfer %s", bert.uri())
		anna.want("referred call=out-1")
		anna.want("answered call=out-2")
		bert.want("answered call=in-1")
		anna.wantTalk("out-2")
		anna.says("hangup out-2")
		anna.want("ended call=out-2")
		anna.want("ended call=out-1")

		anna.says("dial %s", linus.uri())
		anna.want("answered call=out-3")
		linus.wantScreen("for call 2 (audio)")
		linus.says("pause")
		anna.want("held call=out-3 by=remote")
		linus.wantScreen("is now paused")
		linus.says("call %s", bert.uri())
		bert.want("answered call=in-2")
		linus.wantScreen("for call 3 (audio)")
		linus.says("transfer 2 --to-call 3")
		anna.want("referred call=out-3 replaces=true")
		anna.want("answered call=out-4")
		bert.want("ended call=in-2 successor=in-3")
		anna.wantTalk("out-4")
		anna.says("dtmf 4 out-4")
		bert.wantDigits("in-3", "4", "rfc4733")
	})
}

// We send linphone to others.
func TestLinphoneIsHandedOn(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		linus, anna, bert := startLinphone(t), startPhone(t, phoneSetup{}), startPhone(t, phoneSetup{user: "bert", args: []string{"-auto"}})
		anna.says("dial %s", linus.uri())
		anna.want("answered call=out-1")
		anna.says("transfer %s", bert.uri())
		bert.want("answered call=in-1")
		anna.want("transferred call=out-1 status=200 final=true")
		anna.want("ended call=out-1")
		bert.wantTalk("in-1")
		bert.says("hangup")
		bert.want("ended call=in-1")

		anna.says("dial %s", linus.uri())
		anna.want("answered call=out-2")
		anna.says("attended %s", bert.uri())
		bert.want("answered call=in-2")
		anna.want("transferred call=out-2 status=200 final=true")
		bert.want("ended call=in-2 successor=in-3")
		anna.want("ended call=out-2")
		bert.wantTalk("in-3")
	})
}
