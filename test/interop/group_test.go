package interop

import (
	"fmt"
	"testing"
	"time"
)

// The bell rings four telephones of four makers: one at Asterisk, three called directly. One is lifted, the others stop and are
// told why; the code opens, and the hang-up follows.
func TestAGroupOfPhones(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		anna := pbx.phone(phoneSetup{})
		carol := startBaresip(t, baresipSetup{user: "carol", answers: "manual"})
		linus := startLinphone(t, "ANSWERS=manual")
		rings := callee(t, "uas-rings")
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{"group:family"}, account: fmt.Sprintf(`
			[[group]]
			name = "family"
			[[group.step]]
			call = [%q, %q, %q, %q]
		`, pbx.uri(anna.user), carol.uri(), linus.uri(), rings.uri())}, `
			expect led ready within 5s
			press front
			expect led ringing within 5s
			expect led in-call within 20s
			expect door front open within 20s
			expect led ready within 10s
		`)
		anna.want("incoming call=in-1")
		carol.wantEvent("CALL_INCOMING", "", longest)
		linus.wantScreen("incoming call from")
		eventually(t, "SIPp ringing", longest, func() bool { return rings.count("SIP/2.0 180") == 1 })
		door.wantStep("expect led ringing")
		carol.command("accept", "")
		carol.wantEvent("CALL_ESTABLISHED", "", longest)
		anna.want("ended call=in-1 by=remote")
		linus.wantScreen("ended")
		rings.wantPlayed(longest)
		carol.wantTalk(5 * time.Second)
		carol.sendDigits("2580#")
		carol.wantEvent("CALL_CLOSED", "", longest)
		door.wantScriptDone(30 * time.Second)
		door.wantOpened(1, time.Second)
		pbx.wantNoCalls(2 * time.Second)
	})
}

// A voicemail at Asterisk that lifts at once takes the visitor from nobody: it does not press 1.
func TestAVoicemailInAGroup(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		anna := pbx.phone(phoneSetup{})
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{"group:family"}, account: fmt.Sprintf(`
			[[group]]
			name = "family"
			[[group.step]]
			call = [%q, %q]
			confirm = true
		`, pbx.uri(anna.user), pbx.uri("talk"))}, `
			expect led ready within 5s
			press front
			expect led ringing within 5s
			wait 4s
			expect led ringing within 10ms
			expect led in-call within 20s
			expect door front open within 20s
			expect led ready within 10s
		`)
		anna.want("incoming call=in-1")
		door.wantLog(longest, "lifted, waits for a 1", "talk")
		door.wantStep("wait 4s")
		anna.says("answer")
		anna.want("answered call=in-1")
		door.wantLog(longest, "lifted, waits for a 1", anna.user)
		anna.says("dtmf 1")
		door.wantStep("expect led in-call")
		anna.says("dtmf 2580#")
		anna.want("ended call=in-1 by=remote")
		door.wantScriptDone(30 * time.Second)
		door.wantOpened(1, time.Second)
		pbx.wantNoCalls(2 * time.Second)
	})
}
