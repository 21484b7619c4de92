package main

import (
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"intercom/cmd/intercom/audit"
	"intercom/cmd/intercom/hook"
	"intercom/configs"
)

// The hooks of a station are told while its configuration names them, and no longer.
func TestHooksFollowTheConfiguration(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	told := make(chan string, 4)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			text := make([]byte, 4096)
			n, _ := c.Read(text)
			_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\n\r\n"))
			c.Close()
			told <- string(text[:n])
		}
	}()
	var h hooks
	defer h.close()
	c := configs.Default()
	c.Hooks = []hook.Config{
		{Name: "none", URL: "http://127.0.0.1/", Secret: "x", Timeout: hook.DefaultTimeout},
		{Name: "house", URL: hook.Secret("http://" + listener.Addr().String()), Timeout: hook.DefaultTimeout},
	}
	h.follow(c, slog.New(slog.DiscardHandler))
	kept := h.all
	h.follow(c, slog.New(slog.DiscardHandler))
	if len(h.all) != 1 || h.all[0] != kept[0] {
		t.Fatalf("%d hooks, begun anew for the same configuration", len(h.all))
	}
	if text := <-told; !strings.Contains(text, `"kind":"started"`) {
		t.Errorf("told at the start %q", text)
	}
	h.tell(time.Now(), audit.Entry{Kind: "rang", Button: "bell"})
	if text := <-told; !strings.HasPrefix(text, "POST / HTTP/1.1\r\n") || !strings.Contains(text, `"button":"bell"`) {
		t.Errorf("told %q", text)
	}
	c.Station.Name = "Gate"
	h.follow(c, slog.New(slog.DiscardHandler))
	h.close()
	if text := <-told; !strings.Contains(text, `"kind":"stopped"`) || !strings.Contains(text, "Gate") {
		t.Errorf("told at the end %q, once started", text)
	}
	c.Hooks = nil
	h.follow(c, slog.New(slog.DiscardHandler))
	if h.tell(time.Now(), audit.Entry{Kind: "rang"}); len(h.all) != 0 {
		t.Errorf("%d hooks are left", len(h.all))
	}
}
