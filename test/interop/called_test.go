package interop

import (
	"testing"
	"time"
)

// The house calls the door.

func TestAllowedCallerIsAnswered(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, station: "auto_answer = true\nallow_incoming = [\"11\"]"}, `
			expect led ready within 5s
			expect led in-call within 10s
			expect led ready within 30s
		`)
		pbx.wantRegistered("door", 10*time.Second)
		pbx.call("11", "talk")
		pbx.wantTalk(7 * time.Second)
		pbx.hangUp()
		door.wantScriptDone(40 * time.Second)
		pbx.wantNoCalls(2 * time.Second)

		wantSpeech(t, "the visitor at Asterisk", visitorSpeech(t), pbx.heard(), 6*time.Second)
		wantSpeech(t, "the house at the door", houseSpeech(t), door.speaker(), 6*time.Second)
	})
}

func TestForbiddenCallerIsRefused(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, station: "auto_answer = true\nallow_incoming = [\"11\"]"}, `
			expect led ready within 5s
			wait 4s
			expect led ready within 10ms
			expect door front closed within 10ms
		`)
		pbx.wantRegistered("door", 10*time.Second)
		pbx.call("12", "code2580")
		pbx.wantLog("SIP/2.0 403", 5*time.Second)
		door.wantScriptDone(30 * time.Second)
		door.wantLog(0, "refused a caller who is not allowed")
		pbx.wantNoCalls(2 * time.Second)
	})
}

func TestStrangerWithoutPBXIsNotHeard(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		stranger := startBaresip(t, baresipSetup{user: "11"})
		door := startDoor(t, doorSetup{pbx: pbx, station: "auto_answer = true\nallow_incoming = [\"11\"]"}, `
			expect led ready within 5s
			wait 3s
			expect led ready within 10ms
			expect door front closed within 10ms
		`)
		pbx.wantRegistered("door", 10*time.Second)
		stranger.dial(door.uri())
		door.wantScriptDone(30 * time.Second)
		stranger.wantNoEvent("CALL_ESTABLISHED")
		stranger.wantNoEvent("CALL_RINGING")
	})
}

func TestButtonAnswersTheHouse(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, station: "allow_incoming = [\"*\"]"}, `
			expect led ready within 5s
			expect led ringing within 10s
			wait 1s
			press front
			expect led in-call within 2s
			expect door front open within 5s
			expect door front closed within 2s
			expect led ready within 5s
		`)
		pbx.wantRegistered("door", 10*time.Second)
		pbx.call("11", "code2580")
		door.wantScriptDone(40 * time.Second)
		door.wantOpened(1, time.Second)
		pbx.wantNoCalls(2 * time.Second)
	})
}

func TestCallerWhoGivesUpLeavesTheDoorReady(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		phone := startBaresip(t, baresipSetup{user: "11"})
		door := startDoor(t, doorSetup{call: []string{phone.uri()}, station: "allow_incoming = [\"11\"]", sip: `allow = ["127.0.0.1"]`}, `
			expect led ready within 5s
			expect led ringing within 10s
			expect led ready within 5s
		`)
		door.wantListening()
		phone.dial(door.uri())
		phone.wantEvent("CALL_RINGING", "", 3*time.Second)
		door.wantStep("expect led ringing")
		phone.hangUp()
		door.wantScriptDone(30 * time.Second)
		door.wantLog(0, "the caller gave up")
	})
}
