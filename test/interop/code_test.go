package interop

import (
	"testing"
	"time"
)

// What must not open the door.

func TestWrongCodeDoesNotOpen(t *testing.T) {
	needPeers(t)
	pbx := startAsterisk(t)
	door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("code2581")}, station: `call_limit = "10s"`}, `
		expect led ready within 5s
		press front
		expect led in-call within 5s
		expect led ready within 12s
		expect door front closed within 10ms
	`)
	door.wantScriptDone(30 * time.Second)
	door.wantLog(0, "wrong code")
	door.wantOpened(0, 0)
}

func TestCodeInEarlyMediaDoesNotOpen(t *testing.T) {
	needPeers(t)
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
}

func TestAnswerAfterEarlyMedia(t *testing.T) {
	needPeers(t)
	pbx := startAsterisk(t)
	door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("early")}, station: `call_limit = "10s"`}, `
		expect led ready within 5s
		press front
		expect led calling within 2s
		expect led in-call within 6s
		expect led ready within 12s
	`)
	door.wantScriptDone(30 * time.Second)
	pbx.wantNoCalls(2 * time.Second)
}
