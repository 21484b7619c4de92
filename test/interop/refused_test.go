package interop

import (
	"testing"
	"time"
)

// Calls that nobody takes: the station tries the next target, tells the visitor, and is ready again.

func TestRefusedCallsEndCleanly(t *testing.T) {
	t.Run("486", func(t *testing.T) {
		withPeers(t, func(t testing.TB) {
			pbx := startAsterisk(t)
			wantRefused(t, doorSetup{pbx: pbx, call: []string{pbx.uri("refuse486")}}, "486")
			pbx.wantNoCalls(2 * time.Second)
		})
	})
	t.Run("603", func(t *testing.T) {
		withPeers(t, func(t testing.TB) {
			wantRefused(t, doorSetup{call: []string{callee(t, "uas-decline").uri()}}, "603")
		})
	})
	t.Run("no common codec", func(t *testing.T) {
		withPeers(t, func(t testing.TB) {
			pbx := startAsterisk(t)
			wantRefused(t, doorSetup{pbx: pbx, user: "mobile", call: []string{pbx.uri("talk")}}, "488")
		})
	})
}

func wantRefused(t testing.TB, s doorSetup, status string) {
	t.Helper()
	door := startDoor(t, s, `
		expect led ready within 5s
		press front
		expect led no-answer within 5s
		expect led ready within 8s
		expect door front closed within 10ms
	`)
	door.wantScriptDone(30 * time.Second)
	door.wantLog(0, "not answered", "status="+status)
}

func TestNextTargetIsTriedAfterBusy(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		phone := startBaresip(t, baresipSetup{registrar: pbx.address})
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("refuse486"), pbx.uri("phone")}}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			expect led ready within 5s
		`)
		phone.wantEvent("CALL_ESTABLISHED", "", 10*time.Second)
		door.wantStep("expect led in-call")
		phone.hangUp()
		door.wantScriptDone(30 * time.Second)
		phone.wantEvent("CALL_CLOSED", "", 2*time.Second)
		pbx.wantNoCalls(2 * time.Second)
	})
}

func TestNobodyAnswers(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("ring")}, station: `ring_time = "5s"`}, `
			expect led ready within 5s
			press front
			expect led ringing within 2s
			expect led no-answer within 8s
			expect led ready within 8s
		`)
		door.wantScriptDone(30 * time.Second)
		pbx.wantLog("CANCEL sip:ring@", 0)
		pbx.wantNoCalls(2 * time.Second)
	})
}

func TestAsteriskHangsUp(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("short")}}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			expect led ready within 4s
		`)
		door.wantScriptDone(30 * time.Second)
		door.wantLog(0, "call ended")
		pbx.wantNoCalls(2 * time.Second)
	})
}

func TestDoorHangsUpAtItsLimit(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		phone := startBaresip(t, baresipSetup{})
		door := startDoor(t, doorSetup{call: []string{phone.uri()}, station: `call_limit = "10s"`}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			wait 9s
			expect led in-call within 10ms
			expect led ready within 2s
		`)
		door.wantScriptDone(30 * time.Second)
		phone.wantEvent("CALL_CLOSED", "", 2*time.Second)
	})
}
