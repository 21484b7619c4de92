package interop

import (
	"testing"
	"time"
)

// The main job: press, ring, talk, digit, door.

func TestVisitThroughAsterisk(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("visit2580")}}, `
			expect led ready within 5s
			expect door front closed within 10ms
			press front
			expect led in-call within 5s
			expect door front open within 15s
			expect led door-open within 1s
			wait 700ms
			expect door front open within 10ms
			expect door front closed within 600ms
			expect led ready within 5s
		`)
		door.wantScriptDone(40 * time.Second)
		pbx.wantNoCalls(2 * time.Second)

		door.wantOpened(1, time.Second)
		wantSpeech(t, "the visitor at Asterisk", visitorSpeech(t), pbx.heard(), 6*time.Second)
		wantSpeech(t, "the house at the door", houseSpeech(t), door.speaker(), 6*time.Second)
		wantNoSpeech(t, "the visitor at the door's loudspeaker", visitorSpeech(t), door.speaker())
	})
}

func TestVisitWithoutPBX(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		phone := startBaresip(t, baresipSetup{})
		door := startDoor(t, doorSetup{call: []string{phone.uri()}}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			expect door front open within 20s
			wait 700ms
			expect door front open within 10ms
			expect door front closed within 600ms
			expect led ready within 5s
		`)
		phone.wantEvent("CALL_ESTABLISHED", "", 10*time.Second)
		phone.wantTalk(7 * time.Second)
		phone.sendDigits("9731#")
		phone.sendDigits("2580#")
		door.wantScriptDone(20 * time.Second)
		phone.wantEvent("CALL_CLOSED", "", 2*time.Second)

		door.wantOpened(1, time.Second)
		door.wantLog(0, "wrong code")
		door.wantNoLog("9731")
		door.wantNoLog("2580")
		wantSpeech(t, "the visitor at the phone", visitorSpeech(t), phone.heard(), 6*time.Second)
		wantSpeech(t, "the house at the door", houseSpeech(t), door.speaker(), 6*time.Second)
	})
}

func TestRingsBeforeItIsAnswered(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("ringtalk")}}, `
			expect led ready within 5s
			press front
			expect led ringing within 2s
			expect led in-call within 5s
			expect led ready within 30s
		`)
		pbx.wantTalk(7 * time.Second)
		pbx.hangUp()
		door.wantScriptDone(30 * time.Second)
		pbx.wantNoCalls(2 * time.Second)
		wantSpeech(t, "the visitor at Asterisk", visitorSpeech(t), pbx.heard(), 6*time.Second)
		wantSpeech(t, "the house at the door", houseSpeech(t), door.speaker(), 6*time.Second)
	})
}

func TestTalksOnAfterHold(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("hold")}}, `
			expect led ready within 5s
			press front
			expect led in-call within 3s
			wait 6s
			expect led in-call within 10ms
			expect led ready within 30s
		`)
		pbx.wantLog("a=sendonly", 10*time.Second)
		pbx.wantTalk(5 * time.Second)
		door.wantStep("wait 6s")
		pbx.hangUp()
		door.wantScriptDone(30 * time.Second)
		wantSpeech(t, "the visitor after the hold", visitorSpeech(t), pbx.heard(), 4*time.Second)
		wantSpeech(t, "the house after the hold", houseSpeech(t), door.speaker(), 4*time.Second)
	})
}

func TestVisitInG722(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, user: "wideband", call: []string{pbx.uri("visit2580")}}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			expect door front open within 15s
			expect led ready within 8s
		`)
		door.wantScriptDone(40 * time.Second)
		pbx.wantLog("a=rtpmap:9 G722/8000", 0)
		door.wantOpened(1, time.Second)
		wantSpeech(t, "the visitor at Asterisk", visitorSpeech(t), pbx.heard(), 6*time.Second)
		wantSpeech(t, "the house at the door", houseSpeech(t), door.speaker(), 6*time.Second)
	})
}

func TestVisitorHearsEarlyMedia(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("early")}}, `
			expect led ready within 5s
			press front
			expect led calling within 2s
			wait 5s
			expect led calling within 10ms
			expect led in-call within 5s
		`)
		door.wantScriptDone(30 * time.Second)
		wantSpeech(t, "the announcement at the door", houseSpeech(t), door.speaker(), 6*time.Second)
		pbx.wantNoCalls(2 * time.Second)
	})
}
