package ua_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"intercom/ua"
)

// heap is what is reachable, in octets.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestWhatAnAnsweredRequestHolds: the goal is 1 KB for the 32 s in which its
// request may come again; sipgo holds 4.5 KB.
func TestWhatAnAnsweredRequestHolds(t *testing.T) {
	story(t, "OPTIONS, answered without a transaction", func(h *house) {
		phone := h.phone(phoneAddr)
		ask := func(i int) {
			phone.SendMessage(h.addr, phone.Call(h.addr, "door").Build("OPTIONS", fmt.Sprint("User-Agent: ", i)))
			phone.WantResponse(200)
			phone.Forget()
		}
		ask(0)
		before := heap()
		for i := range 10_000 {
			ask(i)
		}
		if held := (heap() - before) / 10_000; held > 8 {
			h.Errorf("%d octets are held for each", held)
		}
	})
	story(t, "INFO within a call", func(h *house) {
		phone := h.phone(phoneAddr)
		call := h.callIn(phone)
		const n = 3000
		ask := func() {
			call.Request("INFO", "User-Agent: of some telephone, with all that it has to say of itself")
			phone.WantResponse(200)
			phone.Forget()
		}
		ask()
		before := heap()
		for range n {
			ask()
		}
		held := (heap() - before) / n
		if kept := h.ua.Kept(); kept.Servers < n {
			h.Errorf("%+v", kept)
		}
		if held > 1024 {
			h.Errorf("%d octets are held for each", held)
		}
		h.Logf("%d octets are held for each", held)
		time.Sleep(33 * time.Second)
		if kept := h.ua.Kept(); kept.Servers != 0 {
			h.Errorf("after Timer J there is still %+v", kept)
		}
		call.Request("BYE")
		phone.WantResponse(200)
		want[ua.Ended](h)
	})
}
