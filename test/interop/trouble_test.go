package interop

import (
	"syscall"
	"testing"
	"time"
)

// What goes wrong outside: the station says so, goes on, and its door stays shut.

func TestStaysRegistered(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, user: "brief"}, `
			expect led ready within 5s
			wait 1m
		`)
		pbx.wantRegistered("brief", 10*time.Second)
		// Asterisk forgets this user six seconds after each registration. The first one is challenged.
		for n := 3; n <= 5; n++ {
			eventually(t, "one more REGISTER", 7*time.Second, func() bool { return pbx.logged("\nREGISTER sip:") >= n })
			if !pbx.registered("brief") || pbx.logged("due to expiration") > 0 {
				t.Fatal("the registration has expired")
			}
		}
		door.wantNoLog("not registered")
		door.signal(syscall.SIGTERM)
		door.wantScriptDone(3 * time.Second)
		if pbx.registered("brief") {
			t.Error("the station has stopped and is still registered")
		}
	})
}

func TestWrongPasswordIsTold(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		phone := startBaresip(t, baresipSetup{})
		door := startDoor(t, doorSetup{pbx: pbx, password: "secert", call: []string{phone.uri()}}, `
			expect led not-registered within 5s
			wait 3s
			expect led not-registered within 10ms
			press front
			expect led in-call within 5s
			expect led not-registered within 5s
		`)
		door.wantLog(5*time.Second, "not registered", "password")
		phone.wantEvent("CALL_ESTABLISHED", "", 15*time.Second)
		door.wantStep("expect led in-call")
		phone.hangUp()
		door.wantScriptDone(30 * time.Second)
		door.wantNoLog("secert")
		if pbx.registered("door") {
			t.Error("a wrong password was registered")
		}
	})
}

func TestPBXAppearsLater(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		address := newAddress(t)
		door := startDoor(t, doorSetup{pbxAt: address, call: []string{"sip:refuse486@" + address}}, `
			expect led not-registered within 15s
			expect led ready within 45s
			press front
			expect led no-answer within 5s
			expect led ready within 8s
		`)
		door.wantLog(15*time.Second, "not registered")
		pbx := startAsteriskAt(t, address)
		pbx.wantRegistered("door", 45*time.Second)
		door.wantScriptDone(60 * time.Second)
	})
}

func TestPBXVanishesInMidCall(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, user: "brief", call: []string{pbx.uri("talk")}}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			expect led not-registered within 40s
			expect door front closed within 10ms
		`)
		door.wantStep("expect led in-call")
		pbx.wantTalk(time.Second)
		pbx.vanish()
		vanished := time.Now()
		door.wantScriptDone(40 * time.Second)
		t.Logf("the call ended %v after the PBX had vanished", time.Since(vanished).Round(100*time.Millisecond))
		door.wantOpened(0, 0)
	})
}

func TestPortInUseIsSaid(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{address: pbx.address, call: []string{pbx.uri("talk")}}, `wait 1s`)
		door.wantFailure(5*time.Second, pbx.address+":5060", "in use")
	})
}

func TestPBXRestarts(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, user: "brief"}, `
			expect led ready within 5s
			expect led not-registered within 30s
			expect led ready within 30s
		`)
		pbx.wantRegistered("brief", 10*time.Second)
		pbx.vanish()
		door.wantLog(30*time.Second, "not registered")
		again := startAsteriskAt(t, pbx.address)
		door.wantScriptDone(30 * time.Second)
		again.wantLog("Added contact 'sip:brief@"+door.address, 0)
	})
}

// Switched off in a call, the station says goodbye to everybody.
func TestStopsInMidCall(t *testing.T) {
	withPeers(t, func(t testing.TB) {
		pbx := startAsterisk(t)
		door := startDoor(t, doorSetup{pbx: pbx, call: []string{pbx.uri("talk")}}, `
			expect led ready within 5s
			press front
			expect led in-call within 5s
			wait 1m
		`)
		door.wantLog(10*time.Second, "msg=answered")
		pbx.wantLog("Playing 'house", 2*time.Second)
		door.signal(syscall.SIGTERM)
		door.wantScriptDone(3 * time.Second)
		pbx.wantNoCalls(time.Second)
		if pbx.registered("door") {
			t.Error("the station has stopped and is still registered")
		}
	})
}
