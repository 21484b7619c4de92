package ua_test

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

const suite80 = "AES_CM_128_HMAC_SHA1_80"

// line80 is an a=crypto line with a key of an octet repeated.
func line80(fill byte) string {
	return "a=crypto:1 " + suite80 + " inline:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 30))
}

// secureSDP is a description of the peer with SRTP under such a key.
func secureSDP(p *uatest.Peer, fill byte, lines ...string) string {
	return uatest.SDP(rtp(p), append([]string{"m=audio 4000 RTP/SAVP 8", line80(fill)}, lines...)...)
}

// srtp sets the policy of the account; keys may go by UDP.
func srtp(policy string) func(*ua.Options) {
	return func(o *ua.Options) { o.Accounts[0].SRTP, o.Accounts[0].SRTPWithoutTLS = policy, true }
}

// cryptos are the keys of a description, by line.
func cryptos(m *uatest.Message) (keys []string) {
	for _, found := range regexp.MustCompile(`a=crypto:\d+ (\S+ inline:\S+)`).FindAllStringSubmatch(string(m.Body), -1) {
		keys = append(keys, found[1])
	}
	return keys
}

// wantKeys fails if a session is not protected by the key of the peer's and ours
// of a description.
func wantKeys(h *house, s ua.Session, theirs byte, ours *uatest.Message) {
	h.Helper()
	if string(s.Keys.Recv.Master) != strings.Repeat(string(theirs), 30) {
		h.Errorf("the peer's key is not that of its description")
	}
	sent := suite80 + " inline:" + base64.StdEncoding.EncodeToString([]byte(s.Keys.Send.Master))
	if lines := cryptos(ours); len(lines) == 0 || lines[0] != sent {
		h.Errorf("our key is not that of our description")
	}
}

func TestSRTPCalledByPolicy(t *testing.T) {
	for _, tt := range []struct {
		policy string
		clear  bool // keys may go by UDP
		lines  []string
		want   string // m= line of the answer, "" for 488
		keys   int
	}{
		{"off", true, []string{"m=audio 4000 RTP/SAVP 8", line80('p')}, "", 0},
		{"off", true, []string{"m=audio 4000 RTP/AVP 8", line80('p')}, "RTP/AVP", 0},
		{"off", true, []string{"m=audio 4000 RTP/SAVPF 8", line80('p')}, "", 0},
		{"off", true, []string{"m=audio 4000 RTP/AVPF 8"}, "", 0},
		{"off", true, []string{"m=audio 4000 UDP/TLS/RTP/SAVPF 8", "a=setup:actpass"}, "", 0},
		{"", false, []string{"m=audio 4000 RTP/SAVP 8", line80('p')}, "RTP/SAVP", 1},
		{"optional", false, []string{"m=audio 4000 RTP/SAVP 8", line80('p')}, "RTP/SAVP", 1},
		{"optional", false, []string{"m=audio 4000 RTP/AVP 8", line80('p')}, "RTP/AVP", 1},
		{"optional", false, []string{"m=audio 4000 RTP/AVP 8"}, "RTP/AVP", 0},
		{"required", true, []string{"m=audio 4000 RTP/SAVP 8", line80('p')}, "RTP/SAVP", 1},
		{"required", true, []string{"m=audio 4000 RTP/AVP 8"}, "", 0},
		{"required", true, []string{"m=audio 4000 RTP/SAVP 8"}, "", 0},
		{"required", false, []string{"m=audio 4000 RTP/SAVP 8", line80('p')}, "", 0},
	} {
		story(t, tt.policy+" "+tt.lines[0], func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", uatest.SDP(rtp(p), tt.lines...))
			if tt.want == "" {
				call.AckRefusal(call.Want(488))
				h.wantQuiet(time.Second)
				return
			}
			h.ua.Answer(want[ua.Incoming](h).Call, media())
			answer := call.Want(200)
			if !strings.Contains(string(answer.Body), "m=audio 16384 "+tt.want+" 8\r\n") || len(cryptos(answer)) != tt.keys {
				h.Errorf("answered\n%s", answer.Body)
			}
			call.Ack()
			if s := want[ua.Answered](h).Session; tt.keys > 0 {
				wantKeys(h, s, 'p', answer)
			} else if s.Keys.Protected() {
				h.Error("a plain call has keys")
			}
		}, func(o *ua.Options) { o.Accounts[0].SRTP, o.Accounts[0].SRTPWithoutTLS = tt.policy, tt.clear })
	}
	story(t, "required: no offer of ours where its keys could be read", func(h *house) {
		call := h.phone(phoneAddr).Call(h.addr, "door")
		call.Request("INVITE")
		call.AckRefusal(call.Want(488))
		h.wantQuiet(time.Second)
	}, func(o *ua.Options) { o.Accounts[0].SRTP = "required" })
	story(t, "a call to nobody's address is held to the strictest account", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "stranger")
		call.Target = "sip:stranger@192.0.2.99"
		call.Request("INVITE", uatest.SDP(rtp(p)))
		call.AckRefusal(call.Want(488))
		h.wantQuiet(time.Second)
	}, func(o *ua.Options) {
		o.Accounts = append(o.Accounts, ua.Account{Name: "second", AOR: "sip:second@192.0.2.10", SRTP: "required"})
		o.Accounts[0].SRTP = "off"
	})
	story(t, "and to what that says of TLS", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "stranger")
		call.Target = "sip:stranger@192.0.2.99"
		call.Request("INVITE")
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		offer := call.Want(200)
		call.Ack(secureSDP(p, 'p'))
		wantKeys(h, want[ua.Answered](h).Session, 'p', offer)
	}, func(o *ua.Options) {
		o.Accounts = append(o.Accounts, ua.Account{Name: "second", AOR: "sip:second@192.0.2.10", SRTP: "required", SRTPWithoutTLS: true})
	})
}

func TestSRTPCallsByPolicy(t *testing.T) {
	for _, tt := range []struct {
		policy  string
		clear   bool
		profile string
		keys    int
	}{
		{"off", true, "RTP/AVP", 0}, {"optional", false, "RTP/AVP", 0}, {"optional", true, "RTP/AVP", 3}, {"required", true, "RTP/SAVP", 3},
	} {
		story(t, tt.policy+" "+tt.profile, func(h *house) {
			p := h.phone(phoneAddr)
			h.dial(p.Addr)
			invite := p.WantRequest("INVITE")
			if !strings.Contains(string(invite.Body), "m=audio 16384 "+tt.profile+" ") || len(cryptos(invite)) != tt.keys {
				h.Errorf("offered\n%s", invite.Body)
			}
			if tt.keys == 0 {
				return
			}
			if keys := cryptos(invite); keys[0] == keys[1] || keys[1] == keys[2] || !strings.HasPrefix(keys[0], suite80) {
				h.Error("the crypto-suites do not have keys of their own")
			}
			invite.Reply(200, uatest.SDP(rtp(p), "m=audio 4000 "+tt.profile+" 8", line80('p')))
			p.WantRequest("ACK")
			wantKeys(h, want[ua.Answered](h).Session, 'p', invite)
		}, func(o *ua.Options) { o.Accounts[0].SRTP, o.Accounts[0].SRTPWithoutTLS = tt.policy, tt.clear })
	}
	story(t, "required, and only UDP: nothing is sent, and a sentence says why", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		if e := h.wantEnded(488, false); !strings.Contains(e.Reason, "SRTP is required") || !strings.Contains(e.Reason, "use TLS") {
			h.Errorf("ended with %q", e.Reason)
		}
		p.WantSilence(time.Minute)
	}, func(o *ua.Options) { o.Accounts[0].SRTP = "required" })
	for name, answer := range map[string]func(p *uatest.Peer, offer *uatest.Message) string{
		"a plain answer": func(p *uatest.Peer, _ *uatest.Message) string { return uatest.SDP(rtp(p)) },
		"no keys":        func(p *uatest.Peer, _ *uatest.Message) string { return uatest.SDP(rtp(p), "m=audio 4000 RTP/SAVP 8") },
		"our own key": func(p *uatest.Peer, offer *uatest.Message) string {
			return uatest.SDP(rtp(p), "m=audio 4000 RTP/SAVP 8", "a=crypto:1 "+cryptos(offer)[0])
		},
	} {
		story(t, "required, and "+name+": the call ends", func(h *house) {
			p := h.phone(phoneAddr)
			h.dial(p.Addr)
			invite := p.WantRequest("INVITE")
			invite.Reply(200, answer(p, invite))
			p.WantRequest("ACK")
			p.WantRequest("BYE").Reply(200)
			h.wantEnded(488, false)
		}, srtp("required"))
	}
	story(t, "a challenge, a new INVITE, new keys", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		first := p.WantRequest("INVITE")
		first.Reply(401, `WWW-Authenticate: Digest realm="x", nonce="y"`)
		p.WantRequest("ACK")
		second := p.WantRequest("INVITE")
		if cryptos(first)[0] == cryptos(second)[0] {
			h.Error("one key for two INVITEs")
		}
		second.Reply(200, secureSDP(p, 'p'))
		p.WantRequest("ACK")
		wantKeys(h, want[ua.Answered](h).Session, 'p', second)
	}, srtp("required"))
}

func TestSRTPOffersOverTLS(t *testing.T) { // RFC 8643 §3.1
	pbxIs := newIdentity(t, "pbx.test")
	story(t, "keys in the profile of plain RTP", func(h *house) {
		pbx, _ := h.accept(tls.NewListener(h.listens(tlsAddr), &tls.Config{Certificates: []tls.Certificate{pbxIs.Certificate}}))
		pbx.Over("TLS")
		pbx.WantRequest("REGISTER").Reply(200)
		want[ua.Registered](h)
		h.ua.Dial("out-1", ua.Dial{Target: "11", Media: media()})
		invite := pbx.WantRequest("INVITE")
		if !strings.Contains(string(invite.Body), "m=audio 16384 RTP/AVP ") || len(cryptos(invite)) != 3 {
			h.Errorf("offered\n%s", invite.Body)
		}
		invite.Reply(200, uatest.SDP(rtp(pbx), "m=audio 4000 RTP/AVP 8", line80('p')))
		pbx.WantRequest("ACK")
		wantKeys(h, want[ua.Answered](h).Session, 'p', invite)
		h.ua.Hangup("out-1")
		pbx.WantRequest("BYE").Reply(200)
		want[ua.Ended](h)
	}, overTLS(func(a *ua.Account) { a.CAFile = pbxIs.file }))
}

// secureCall makes an SRTP call in either direction and returns the peer's side,
// with our description in it.
func (h *house) secureCall(p *uatest.Peer, way string) (*uatest.Dialog, *uatest.Message) {
	h.Helper()
	if way == "out" {
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(200, secureSDP(p, 'p'))
		p.WantRequest("ACK")
		wantKeys(h, want[ua.Answered](h).Session, 'p', invite)
		return invite.Within(), invite
	}
	call := p.Call(h.addr, "door")
	call.Request("INVITE", secureSDP(p, 'p'))
	h.ua.Answer(want[ua.Incoming](h).Call, media())
	answer := call.Want(200)
	call.Ack()
	wantKeys(h, want[ua.Answered](h).Session, 'p', answer)
	return call, answer
}

func TestSRTPWithinACall(t *testing.T) {
	for _, way := range []string{"in", "out"} {
		id := ua.CallID(way + "-1")
		story(t, "hold and resumption keep the keys, call "+way, func(h *house) {
			p := h.phone(phoneAddr)
			call, ours := h.secureCall(p, way)
			first := cryptos(ours)[0]
			for _, change := range []func(ua.CallID){h.ua.Hold, h.ua.Resume} {
				change(id)
				offer := p.WantRequest("INVITE")
				if !strings.Contains(string(offer.Body), "RTP/SAVP") || cryptos(offer)[0] != first {
					h.Errorf("offered\n%s", offer.Body)
				}
				offer.Reply(200, secureSDP(p, 'p'))
				p.WantRequest("ACK")
				wantKeys(h, want[ua.Updated](h).Session, 'p', offer)
			}
			for _, direction := range []string{"a=sendonly", "a=sendrecv"} {
				call.Request("INVITE", secureSDP(p, 'p', direction))
				answer := call.Want(200)
				call.Ack()
				wantKeys(h, want[ua.Updated](h).Session, 'p', answer)
				if cryptos(answer)[0] != first {
					h.Error("our key has changed")
				}
			}
			call.Request("INVITE", secureSDP(p, 'p'))
			again := call.Want(200)
			call.Ack()
			h.wantQuiet(time.Second)
			if cryptos(again)[0] != first {
				h.Error("our key has changed though nothing has")
			}
		}, srtp("required"))
		story(t, "a new key of the peer's gets a new one of ours, call "+way, func(h *house) {
			p := h.phone(phoneAddr)
			call, ours := h.secureCall(p, way)
			seen := map[string]bool{cryptos(ours)[0]: true}
			for _, method := range []string{"INVITE", "UPDATE", "INVITE"} {
				fill := byte('q' + len(seen))
				call.Request(method, secureSDP(p, fill))
				answer := call.Want(200)
				if method == "INVITE" {
					call.Ack()
				}
				wantKeys(h, want[ua.Updated](h).Session, fill, answer)
				if key := cryptos(answer)[0]; seen[key] {
					h.Error("our key was seen before")
				} else {
					seen[key] = true
				}
			}
			h.ua.Hold(id)
			offer := p.WantRequest("INVITE")
			if !seen[cryptos(offer)[0]] {
				h.Error("hold has changed our key")
			}
			offer.Reply(200, secureSDP(p, 'z')) // and the peer's
			p.WantRequest("ACK")
			wantKeys(h, want[ua.Updated](h).Session, 'z', offer)
		}, srtp("optional"))
		story(t, "an offer that the peer asks for has new keys, call "+way, func(h *house) {
			p := h.phone(phoneAddr)
			call, ours := h.secureCall(p, way)
			call.Request("INVITE")
			offer := call.Want(200)
			if cryptos(offer)[0] == cryptos(ours)[0] {
				h.Error("whoever gets it could not know where its counters are")
			}
			call.Ack(secureSDP(p, 'n'))
			wantKeys(h, want[ua.Updated](h).Session, 'n', offer)
		}, srtp("required"))
		story(t, "required: a re-INVITE without keys is refused, the call goes on, call "+way, func(h *house) {
			p := h.phone(phoneAddr)
			call, _ := h.secureCall(p, way)
			for _, body := range []string{uatest.SDP(rtp(p)), uatest.SDP(rtp(p), "m=audio 4000 RTP/SAVP 8")} {
				call.Request("INVITE", body)
				call.AckRefusal(call.Want(488))
				call.Request("UPDATE", body)
				call.Want(488)
			}
			h.wantQuiet(time.Minute)
			call.Request("BYE")
			call.Want(200)
			h.wantEnded(0, true)
		}, srtp("required"))
	}
	story(t, "hold keeps a crypto-suite that we would not have chosen", func(h *house) {
		const weak = "AES_CM_128_HMAC_SHA1_32"
		lines := []string{"m=audio 4000 RTP/SAVP 8", strings.Replace(line80('p'), suite80, weak, 1), line80('p')}
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p), lines...))
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		first := cryptos(call.Want(200))
		call.Ack()
		want[ua.Answered](h)
		h.ua.Hold("in-1")
		offer := p.WantRequest("INVITE")
		if keys := cryptos(offer); len(keys) != 1 || keys[0] != first[0] || !strings.HasPrefix(keys[0], weak) {
			h.Errorf("offered\n%s", offer.Body)
		}
		offer.Reply(200, uatest.SDP(rtp(p), lines[:2]...))
		p.WantRequest("ACK")
		if s := want[ua.Updated](h).Session; s.Keys.Send.Suite != weak {
			h.Errorf("held with %s", s.Keys.Send.Suite)
		}
	}, srtp("optional"))
	story(t, "a plain call is held as one", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hold("in-1")
		if offer := wantOffer(p, "sendonly"); len(cryptos(offer)) != 0 {
			h.Errorf("offered\n%s", offer.Body)
		} else {
			offer.Reply(200, answerWith(p, "recvonly"))
		}
		p.WantRequest("ACK")
		want[ua.Updated](h)
	}, srtp("optional"))
	story(t, "the first offer is left to us", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE")
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		offer := call.Want(200)
		if len(cryptos(offer)) != 3 {
			h.Errorf("offered\n%s", offer.Body)
		}
		call.Ack(secureSDP(p, 'p'))
		wantKeys(h, want[ua.Answered](h).Session, 'p', offer)
	}, srtp("required"))
	story(t, "reliable early media of ours", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Require: 100rel")
		h.ua.Progress(want[ua.Incoming](h).Call, media())
		offer := call.Want(183)
		call.Request("PRACK", "RAck: "+offer.Get("RSeq")+" "+offer.Get("CSeq"), secureSDP(p, 'p'))
		call.Want(200)
		wantKeys(h, want[ua.Early](h).Session, 'p', offer)
	}, srtp("required"))
}

func TestFaultsOfSRTP(t *testing.T) {
	a := ua.Account{AOR: "sip:door@pbx.test"}
	for policy, faults := range map[string]int{"": 0, "off": 0, "optional": 0, "required": 0, "yes": 1, "Required": 1} {
		if a.SRTP = policy; len(a.Check()) != faults {
			t.Errorf("%q: %v", policy, a.Check())
		}
	}
}

// No key is in a trace or a log, at whatever level.
func TestKeysAreNotTold(t *testing.T) {
	var told bytes.Buffer
	var keys []string
	story(t, "trace and log", func(h *house) {
		p := h.phone(phoneAddr)
		call, ours := h.secureCall(p, "in")
		h.ua.Hold("in-1")
		offer := p.WantRequest("INVITE")
		offer.Reply(200, uatest.SDP(rtp(p), "m=audio 4000 RTP/SAVP 8", "a=crypto:1 "+cryptos(offer)[0]))
		p.WantRequest("ACK")
		want[ua.NotUpdated](h)
		call.Request("INVITE", secureSDP(p, 'q')+"a crypto:1 "+line80('r'))
		call.AckRefusal(call.Want(488))
		h.ua.Hangup("in-1")
		p.WantRequest("BYE").Reply(200)
		want[ua.Ended](h)
		keys = append(cryptos(ours), line80('p'), line80('q'), line80('r'))
	}, srtp("required"), func(o *ua.Options) {
		o.Log = slog.New(slog.NewTextHandler(&told, &slog.HandlerOptions{Level: slog.LevelDebug}))
		o.Trace = func(m ua.Trace) { told.Write(m.Msg.Append(nil)) }
	})
	// The agent has ended: nobody writes any more.
	for _, key := range keys {
		_, secret, _ := strings.Cut(key, "inline:")
		if strings.Contains(told.String(), secret[:8]) {
			t.Errorf("a key is told:\n%s", &told)
		}
	}
	if len(keys) == 0 || !strings.Contains(told.String(), "inline:(not shown)") {
		t.Error("nothing was traced: this test proves nothing")
	}
}
