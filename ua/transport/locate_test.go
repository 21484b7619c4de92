package transport

import (
	"math/rand/v2"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// provider is a domain with everything that RFC 3263 knows.
func provider() *names {
	return &names{
		ttl:   5 * time.Minute,
		addrs: map[string][]string{"example": {"192.0.2.9"}, "a.example": {"192.0.2.11"}, "b.example": {"192.0.2.12", "2001:db8::12"}, "plain.example": {"192.0.2.10"}, "bare.example": {"192.0.2.13"}},
		srv: map[string][]*net.SRV{
			"_sip._udp.example":       {{Target: "b.example", Port: 5060, Priority: 2}, {Target: "a.example", Port: 5060, Priority: 1}},
			"_sip._tcp.example":       {{Target: "a.example.", Port: 5062}},
			"_sips._tcp.example":      {{Target: "a.example", Port: 5061}},
			"_sip._tcp.bare.example":  {{Target: "a.example", Port: 5062}},
			"_sip._udp.none.example":  {{Target: "."}},
			"_sips._tcp.none.example": {{Target: "."}},
			"_sip._tcp.none.example":  {{Target: "."}},
		},
		naptr: map[string][]NAPTR{"example": {
			{50, 50, "s", "SIPS+D2T", "_sips._tcp.example."},
			{90, 60, "s", "SIP+D2T", "_sip._tcp.example"},
			{90, 50, "S", "sip+d2u", "_sip._udp.example"},
			{10, 10, "u", "E2U+sip", ""},
			{20, 10, "s", "SIP+D2S", "_sip._sctp.example"},
		}},
	}
}

func TestServersAsTheDomainWantsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := []string{"UDP", "TCP", "TLS"}
		for _, c := range []struct {
			uri    string
			spoken []string
			want   string
		}{
			{"sip:11@example", all, "TLS 192.0.2.11:5061 example"},
			{"sip:11@example", []string{"UDP", "TCP"}, "192.0.2.11:5060 192.0.2.12:5060 [2001:db8::12]:5060 TCP 192.0.2.11:5062"},
			{"sip:11@example", []string{"UDP"}, "192.0.2.11:5060 192.0.2.12:5060 [2001:db8::12]:5060"},
			{"sips:11@example", all, "TLS 192.0.2.11:5061 example"},
			{"sips:11@example", []string{"UDP", "TCP"}, `! no way to "sips:11@example": ["UDP" "TCP"] is spoken here, which does not reach it`},
			{"sip:11@example;transport=tcp", all, "TCP 192.0.2.11:5062"},
			{"sip:11@example;transport=tls", all, "TLS 192.0.2.11:5061 example"},
			{"sips:11@example;transport=tcp", all, "TLS 192.0.2.11:5061 example"},
			{"sips:11@example;transport=udp", all, `! no way to "sips:11@example;transport=udp": sips is not spoken over "UDP"`},
			{"sip:11@example;transport=ws", all, `! no way to "sip:11@example;transport=ws": ["UDP" "TCP" "TLS"] is spoken here, which does not reach it`},
			{"sip:11@bare.example", all, "TCP 192.0.2.11:5062"}, // no NAPTR: the first transport with SRV records
			{"sip:11@plain.example", all, "192.0.2.10:5060"},
			{"sip:11@plain.example", []string{"TLS", "TCP"}, "TCP 192.0.2.10:5060"},
			{"sips:11@plain.example", all, "TLS 192.0.2.10:5061 plain.example"},
			{"sip:11@plain.example:5070", all, "192.0.2.10:5070"},
			{"sips:11@plain.example:5070", all, "TLS 192.0.2.10:5070 plain.example"},
			{"sip:11@plain.example:5070;transport=tcp", all, "TCP 192.0.2.10:5070"},
			{"sip:11@none.example", all, `! look up "none.example": none of its servers has an address` + "\nnone of its servers has an address\nnone of its servers has an address"},
			{"sip:11@192.0.2.2", all, "192.0.2.2:5060"},
			{"sip:11@192.0.2.2;transport=TLS", all, "TLS 192.0.2.2:5061 192.0.2.2"},
			{"sips:11@[2001:db8::2]", all, "TLS [2001:db8::2]:5061 2001:db8::2"},
			{"sips:11@Example;maddr=192.0.2.7", all, "TLS 192.0.2.7:5061 example"},
			{"tel:+4930123", all, `! no way to "tel:+4930123": only sip and sips URIs can be called`},
		} {
			if got, _ := resolve(t, resolver(t, provider(), "", c.spoken...), c.uri); got != c.want {
				t.Errorf("%s over %q: %q, want %q", c.uri, c.spoken, got, c.want)
			}
		}
	})
}

func TestAnswersAreKeptAsLongAsTheirRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for ttl, want := range map[time.Duration]time.Duration{5 * time.Minute: 5 * time.Minute, 0: leastTTL, 48 * time.Hour: mostTTL} {
			n := provider()
			n.ttl = ttl
			r := resolver(t, n, "")
			resolve(t, r, "sip:example")
			time.Sleep(want - time.Millisecond)
			if _, atOnce := resolve(t, r, "sip:example"); !atOnce {
				t.Errorf("TTL %v: forgotten before %v", ttl, want)
			}
			time.Sleep(time.Millisecond)
			if _, atOnce := resolve(t, r, "sip:example"); atOnce {
				t.Errorf("TTL %v: kept longer than %v", ttl, want)
			}
		}
	})
}

// TestWeights draws often: a server of three times the weight comes first three times as often.
func TestWeights(t *testing.T) {
	r := &Resolver{opts: ResolverOptions{Rand: rand.NewChaCha8([32]byte{1})}}
	records := []*net.SRV{
		{Target: "late", Priority: 2, Weight: 100}, {Target: "a", Priority: 1, Weight: 30},
		{Target: "b", Priority: 1, Weight: 10}, {Target: "never", Priority: 1, Weight: 0},
	}
	first := map[string]int{}
	for range 4000 {
		got := r.arrange(records)
		if len(got) != 4 || got[3].Target != "late" {
			t.Fatalf("arranged %v", got)
		}
		first[got[0].Target]++
	}
	if first["a"] < 2700 || first["a"] > 3100 || first["b"] < 800 || first["b"] > 1200 || first["never"] > 300 {
		t.Errorf("first: %v", first)
	}
	if got := r.arrange(nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
	if !slices.IsSortedFunc(r.arrange(records), func(a, b *net.SRV) int { return int(a.Priority) - int(b.Priority) }) {
		t.Error("priorities are mixed")
	}
}
