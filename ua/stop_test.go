package ua_test

import (
	"testing"
	"testing/synctest"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// What is told at the very end reaches an owner who still reads, and does not
// wait for one who does not.
func TestTheLastEventsAreTold(t *testing.T) {
	leave := func(h *house) <-chan time.Time {
		pbx := h.phone(pbxAddr)
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		phone := h.phone(phoneAddr)
		call := phone.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(phone)))
		want[ua.Incoming](h)
		stopped := make(chan time.Time, 1)
		go func() { h.stop(); stopped <- time.Now() }()
		call.AckRefusal(call.Want(480))
		pbx.WantRequest("REGISTER").Reply(200)
		return stopped
	}
	story(t, "to an owner who takes his time", func(h *house) {
		stopped := leave(h)
		synctest.Wait()
		want[ua.Ended](h)
		time.Sleep(50 * time.Millisecond)
		want[ua.Unregistered](h)
		<-stopped
	}, registered, hearsAll)
	story(t, "to nobody", func(h *house) {
		stopped, begin := leave(h), time.Now()
		if d := (<-stopped).Sub(begin); d > time.Second {
			h.Errorf("waited %v", d)
		}
	}, registered, hearsAll)
}

// hearsAll lets the whole network call.
func hearsAll(o *ua.Options) { o.Config.Allow = []string{"192.0.2.0/24"} }
