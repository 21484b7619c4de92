package interop

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// asterisk is a running PBX. Its extensions are those of test/peers/asterisk/extensions.conf; the users door, phone,
// brief, mobile and wideband have the password "secret".
type asterisk struct {
	t       testing.TB
	name    string
	address string
	pid     int
	paths   map[string]string
	users   *atomic.Int32
	about   *[]string // who a test that shares the PBX is about, in the words of the log
}

// asteriskVersions are those that the tests about telephones run against; all others run against the newest that is there.
var asteriskVersions = []string{"22", "16"}

func startAsterisk(t testing.TB) *asterisk {
	t.Helper()
	return startAsteriskAt(t, newAddress(t))
}

func startAsteriskAt(t testing.TB, address string) *asterisk {
	t.Helper()
	return startAsteriskVersion(t, "", address)
}

// startAsteriskVersion starts one version; it skips the test, or fails, where only another could be had.
func startAsteriskVersion(t testing.TB, version, address string) *asterisk {
	t.Helper()
	var env []string
	if version != "" {
		if !there(filepath.Join(cache(), "asterisk-"+version, "ready")) {
			leaveOut(t, "Asterisk "+version+" is not unpacked in "+cache()+"; make peers unpacks it")
		}
		env = append(env, "ASTERISK="+version)
	}
	a := &asterisk{t: t, name: peerName(), address: address, users: new(atomic.Int32)}
	a.paths = startPeer(t, env, "asterisk.sh", "start", a.name, address)
	a.pid, _ = strconv.Atoi(a.paths["pid"])
	t.Cleanup(func() {
		peerScript(t, nil, "asterisk.sh", "stop", a.name)
		showIfFailed(t, "Asterisk's log", read(a.paths["log"]))
		os.RemoveAll(a.paths["folder"])
	})
	return a
}

// in is the same PBX in a test that shares it with others.
func (a *asterisk) in(t testing.TB) *asterisk {
	shared := *a
	shared.t, shared.about = t, new([]string)
	t.Cleanup(func() { showIfFailed(t, "Asterisk's log", recordsAbout(read(a.paths["log"]), *shared.about)) })
	return &shared
}

// newUser is one that nobody else uses.
func (a *asterisk) newUser() string { return fmt.Sprintf("user%d", a.users.Add(1)+9) }

// registrar is the URI to register at over a transport.
func (a *asterisk) registrar(transport string) string {
	return "sip:" + a.address + ";transport=" + transport
}

// phone starts one that is registered, as a new user if nothing is said.
func (a *asterisk) phone(s phoneSetup) *phone {
	a.t.Helper()
	s.host = a.address
	if s.user == "" {
		s.user = a.newUser()
	}
	if s.registrar == "" {
		s.registrar = "sip:" + a.address
	}
	p := startUnregisteredPhone(a.t, s)
	if a.about != nil {
		*a.about = append(*a.about, s.user, p.address)
	}
	p.want("registered")
	return p
}

// uri is the SIP URI of an extension or a registered user.
func (a *asterisk) uri(user string) string { return "sip:" + user + "@" + a.address }

// console gives the answer to one command of Asterisk's console.
func (a *asterisk) console(command string) string {
	a.t.Helper()
	return peerScript(a.t, nil, "asterisk.sh", "cli", a.name, command)
}

// call lets Asterisk call user door in the name of caller; who answers talks to the extension.
func (a *asterisk) call(caller, extension string) {
	a.t.Helper()
	a.console("channel originate Local/from" + caller + "@calls extension " + extension + "@house")
}

// registered says whether a user has a contact.
func (a *asterisk) registered(user string) bool {
	a.t.Helper()
	return strings.Contains(a.console("pjsip show contacts"), "Contact:  "+user+"/")
}

func (a *asterisk) wantRegistered(user string, within time.Duration) {
	a.t.Helper()
	eventually(a.t, "a contact of "+user+" at Asterisk", within, func() bool { return a.registered(user) })
}

// wantNoCalls waits until Asterisk knows of no call any more: both sides agree that it is over.
func (a *asterisk) wantNoCalls(within time.Duration) {
	a.t.Helper()
	eventually(a.t, "an end of all calls at Asterisk", within, func() bool {
		return strings.Contains(a.console("core show channels count"), "0 active channels")
	})
}

// wantLog waits for a text in the log, which holds every SIP message.
func (a *asterisk) wantLog(text string, within time.Duration) {
	a.t.Helper()
	eventually(a.t, "Asterisk's log saying "+strconv.Quote(text), within, func() bool { return a.logged(text) > 0 })
}

// logged counts a text in the log.
func (a *asterisk) logged(text string) int { return strings.Count(read(a.paths["log"]), text) }

// vanish ends Asterisk as a power cut would: without a word to anybody.
func (a *asterisk) vanish() {
	a.t.Helper()
	if err := syscall.Kill(-a.pid, syscall.SIGKILL); err != nil {
		a.t.Fatal(err)
	}
}

// heard is what extension talk recorded of the caller.
func (a *asterisk) heard() []int16 {
	return readWAV(a.t, filepath.Join(a.paths["recordings"], "heard.wav"))
}

// wantTalk waits until extension talk has heard so much of its caller.
func (a *asterisk) wantTalk(length time.Duration) {
	a.t.Helper()
	wantRecorded(a.t, "what Asterisk hears", func() string { return filepath.Join(a.paths["recordings"], "heard.wav") }, length)
}

// hangUp ends all calls.
func (a *asterisk) hangUp() { a.t.Helper(); a.console("channel request hangup all") }

// digits are those that extension digits has read from a caller.
func (a *asterisk) digits(caller string) string {
	return strings.TrimSpace(read(filepath.Join(a.paths["recordings"], "digits-"+caller+".txt")))
}

// rtpPortOf is the port at which the last caller of an extension wants its sound, as the SDP of its INVITE says.
func (a *asterisk) rtpPortOf(extension string) string {
	a.t.Helper()
	log := read(a.paths["log"])
	_, invite, _ := strings.Cut(log[max(0, strings.LastIndex(log, "INVITE sip:"+extension+"@")):], "m=audio ")
	port, _, found := strings.Cut(invite, " ")
	if !found {
		a.t.Fatalf("no INVITE for %s with an audio line", extension)
	}
	return port
}

// recordsAbout is what a log of Asterisk's says of these users and addresses: a record may be a SIP message of many lines.
func recordsAbout(log string, who []string) string {
	var kept strings.Builder
	for _, record := range strings.Split("\n"+log, "\n[") {
		if slices.ContainsFunc(who, func(word string) bool { return strings.Contains(record, word) }) {
			kept.WriteString("[" + record + "\n")
		}
	}
	return kept.String()
}
