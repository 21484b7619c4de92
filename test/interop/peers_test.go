package interop

import (
	"net"
	"testing"
	"time"

	"github.com/pion/rtp"

	"intercom/media/dtmf"
)

// The peers among themselves: what the door station is measured with is right before it is used.

func TestPeersHearEachOther(t *testing.T) {
	needPeers(t)
	pbx := startAsterisk(t)
	visitor := startBaresip(t, baresipSetup{user: "door", registrar: pbx.address, says: visitorWAV()})
	pbx.wantRegistered("door", 5*time.Second)

	visitor.dial(pbx.uri("talk"))
	visitor.wantEvent("CALL_ESTABLISHED", "", 3*time.Second)
	time.Sleep(7 * time.Second)
	visitor.hangUp()
	pbx.wantNoCalls(2 * time.Second)

	wantSpeech(t, "the visitor at Asterisk", visitorSpeech(t), pbx.heard(), 6*time.Second)
	wantSpeech(t, "the house at the visitor's", houseSpeech(t), visitor.heard(), 6*time.Second)
	wantNoSpeech(t, "the house at Asterisk", houseSpeech(t), pbx.heard())
}

func TestPeersExchangeDigits(t *testing.T) {
	needPeers(t)
	pbx := startAsterisk(t)
	visitor := startBaresip(t, baresipSetup{user: "door", registrar: pbx.address})

	visitor.dial(pbx.uri("code2580"))
	eventually(t, "digits 2580# from Asterisk", 6*time.Second, func() bool { return visitor.digits() == "2580#" })
	visitor.hangUp()

	visitor.dial(pbx.uri("digits"))
	visitor.wantEvent("CALL_ESTABLISHED", "digits", 3*time.Second)
	visitor.sendDigits("2580")
	eventually(t, "digits 2580 at Asterisk", 3*time.Second, func() bool { return pbx.digits("door") == "2580" })
}

func TestPeersRefuse(t *testing.T) {
	needPeers(t)
	pbx := startAsterisk(t)
	visitor := startBaresip(t, baresipSetup{user: "door", registrar: pbx.address})
	for _, status := range []string{"403", "404", "480", "486", "488", "500", "503"} {
		visitor.dial(pbx.uri("refuse" + status))
		visitor.wantEvent("CALL_CLOSED", status+" ", 2*time.Second)
	}
	visitor.dial(callee(t, "uas-decline").uri())
	visitor.wantEvent("CALL_CLOSED", "603 ", 2*time.Second)
}

func TestPeersCallTheDoor(t *testing.T) {
	needPeers(t)
	pbx := startAsterisk(t)
	door := startBaresip(t, baresipSetup{user: "door", registrar: pbx.address, says: visitorWAV()})

	pbx.call("11", "talk")
	door.wantEvent("CALL_ESTABLISHED", "", 3*time.Second)
	time.Sleep(7 * time.Second)
	door.hangUp()
	pbx.wantNoCalls(2 * time.Second)

	wantSpeech(t, "the door at Asterisk", visitorSpeech(t), pbx.heard(), 6*time.Second)
	wantSpeech(t, "the house at the door", houseSpeech(t), door.heard(), 6*time.Second)
}

func TestPeersHold(t *testing.T) {
	needPeers(t)
	pbx := startAsterisk(t)
	visitor := startBaresip(t, baresipSetup{user: "door", registrar: pbx.address, says: visitorWAV()})

	visitor.dial(pbx.uri("hold"))
	pbx.wantLog("a=sendonly", 5*time.Second)
	pbx.wantLog("Goto (house,talk,1)", 5*time.Second)
	time.Sleep(4 * time.Second)
	visitor.hangUp()
	pbx.wantNoCalls(2 * time.Second)
	// baresip 1.0 stops its own recording at the hold; Asterisk's begins after it.
	wantSpeech(t, "the visitor after the hold", visitorSpeech(t), pbx.heard(), 3*time.Second)
}

// The forger's keys are keys: what keeps the door shut is who sends them.
func TestForgedDigitsAreDigits(t *testing.T) {
	t.Parallel()
	socket, err := net.ListenPacket("udp", newAddress(t)+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	sendForgedDigits(t, newAddress(t), socket.LocalAddr().String(), "2580#")

	var receiver dtmf.Receiver
	var digits []byte
	buffer := make([]byte, 1500)
	socket.SetReadDeadline(time.Now().Add(time.Second))
	for string(digits) != "2580#" {
		n, _, err := socket.ReadFrom(buffer)
		if err != nil {
			t.Fatalf("read %q, then %v", digits, err)
		}
		var p rtp.Packet
		if err := p.Unmarshal(buffer[:n]); err != nil {
			t.Fatal(err)
		}
		if p.PayloadType != 101 {
			continue
		}
		if e, news := receiver.Push(p.SequenceNumber, p.Timestamp, p.Marker, p.Payload); news && e.Began {
			digits = append(digits, e.Digit)
		}
	}
}
