package interop

import (
	"testing"
	"time"
)

// What must not open the door.

func TestWrongCodeDoesNotOpen(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("code2581")}}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			expect led ready within 12s
			expect door front closed within 10ms
		`)
		door.wantLog(10*time.Second, "wrong code")
		pbx.hangUp()
		door.wantScriptDone(30 * time.Second)
		door.wantOpened(0, 0)
	})
}

func TestCodeInEarlyMediaDoesNotOpen(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("early2580")}, station: `ring_time = "5s"`}, `
			expect led ready within 5s
			press front
			expect led calling within 2s
			expect led no-answer within 8s
			expect led ready within 8s
			expect door front closed within 10ms
		`)
		door.wantScriptDone(30 * time.Second)
		door.wantOpened(0, 0)
		pbx.wantNoCalls(2 * time.Second)
	})
}

// Who can send to the station's ports, but is not the one it talks with, opens nothing.
func TestStrangersDigitsDoNotOpen(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("talk")}}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			expect led ready within 12s
			expect door front closed within 10ms
		`)
		door.wantLog(10*time.Second, "msg=answered")
		port := door.address + ":" + pbx.rtpPortOf("talk")
		sendForgedDigits(t, newAddress(t), port, "2580#") // from somewhere
		sendForgedDigits(t, pbx.address, port, "2580#")   // from the PBX, as another call could
		pbx.hangUp()
		door.wantScriptDone(30 * time.Second)
		door.wantNoLog("wrong code")
		door.wantOpened(0, 0)
	})
}
