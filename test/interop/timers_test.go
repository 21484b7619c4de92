package interop

import (
	"strings"
	"testing"
	"time"
)

// Sessions of 90 s (RFC 4028), the shortest that are allowed: whoever is to refresh does so after 45 s, and a session that nobody
// refreshes is ended 30 s before its time is up.
func TestSessionTimers(t *testing.T) {
	requirePeers(t)
	forgetful, strict := callee(t, "uas-never-refreshes"), callee(t, "uas-wants-refresh")
	anna, bert := startPhone(t, phoneSetup{}), startPhone(t, phoneSetup{})
	anna.says("dial %s", forgetful.uri())
	anna.want("answered call=out-1")
	bert.says("dial %s", strict.uri())
	bert.want("answered call=out-1")
	var timed []timedCall
	for _, version := range asteriskVersions {
		timed = append(timed, startTimedCall(startAsteriskVersion(t, version, newAddress(t)).in(t)))
	}

	t.Parallel() // and now they grow older beside all other tests
	for _, c := range timed {
		c.wantRefreshed()
	}
	eventually(t, "a refresh of ours", 60*time.Second, func() bool { return strict.count("UPDATE sip:") > 0 })
	bert.wantNo("ended")
	bert.says("hangup")
	strict.wantPlayed(longest)
	anna.wantWithin("ended call=out-1 status=408 by=local", 75*time.Second)
	forgetful.wantPlayed(longest)
}

// timedCall is one that a PBX has placed that insists on session timers.
type timedCall struct {
	pbx   *asterisk
	phone *phone
}

func startTimedCall(pbx *asterisk) timedCall {
	pbx.t.Helper()
	c := timedCall{pbx, pbx.phone(phoneSetup{user: "timed", args: []string{"-auto"}})}
	pbx.console("channel originate PJSIP/timed extension echo@house")
	c.phone.want("answered call=in-1")
	return c
}

// wantRefreshed waits until the PBX has refreshed the session, and says that the call is up as before.
func (c timedCall) wantRefreshed() {
	c.pbx.t.Helper()
	eventually(c.pbx.t, "a refresh of the session", 60*time.Second, func() bool {
		return strings.Contains(read(c.pbx.paths["log"]), "\nUPDATE sip:timed@")
	})
	c.phone.wantNo("ended")
	c.phone.wantTalk("in-1")
}
