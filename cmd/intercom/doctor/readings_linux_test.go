package doctor

import (
	"encoding/binary"
	"net/netip"
	"testing"
)

// Whatever the kernel and the files of the system say, it is read or passed over.
func FuzzReadings(f *testing.F) {
	f.Add("Iface Destination Gateway\neth0\t00000000\t010200C0\t0003\n")
	f.Add("192.0.2.1 0x1 0x2 02:fc:00:00:00:01 * eth0\n")
	f.Add(" eth0: 0000   40.  -80.  -256        0\n")
	f.Add("gpio=4,26-27=op,dh\ngpio=9-1000000000=op\n")
	f.Add("sip:a:b@[fd00::1]:5060;transport=tls")
	f.Add(string(answer(attribute(attrPowerState, []byte{1, 0, 0, 0}))))
	f.Fuzz(func(t *testing.T, text string) {
		if router, link, found := defaultRoute(text); found && (!router.Is4() || link == "") {
			t.Errorf("a route by %v and %q", router, link)
		}
		neighbour(text, netip.MustParseAddr("192.0.2.1"))
		if dBm, known := signal(text, "eth0"); known && dBm >= 0 {
			t.Errorf("a signal of %d dBm", dBm)
		}
		for n := range directives(text) {
			if n < 0 || n > 53 {
				t.Errorf("a setting of GPIO%d", n)
			}
		}
		hostOf(text)
		field(text, "MemTotal:")
		if v, err := valueOf([]byte(text), attrPowerState); err == nil && len(v) > len(text) {
			t.Errorf("%d octets out of %d", len(v), len(text))
		}
	})
}

// answer is a message of generic netlink.
func answer(attributes []byte) []byte {
	m := make([]byte, headers)
	binary.NativeEndian.PutUint32(m, uint32(headers+len(attributes)))
	binary.NativeEndian.PutUint16(m[4:], 0x1c)
	return append(m, attributes...)
}

func TestAnswersOfNL80211(t *testing.T) {
	m := answer(append(attribute(attrInterface, []byte{3, 0, 0, 0}), attribute(attrPowerState, []byte{1, 0, 0, 0})...))
	if v, err := valueOf(m, attrPowerState); err != nil || len(v) != 4 || v[0] != 1 {
		t.Errorf("%v, %v", v, err)
	}
	if _, err := valueOf(m, familyID); err == nil {
		t.Error("found what is not there")
	}
	refused := answer([]byte{0, 0, 0, 0})
	binary.NativeEndian.PutUint16(refused[4:], 2) // NLMSG_ERROR
	code := int32(-95)                            // EOPNOTSUPP
	binary.NativeEndian.PutUint32(refused[16:], uint32(code))
	if _, err := valueOf(refused, attrPowerState); err == nil || err.Error() != "operation not supported" {
		t.Errorf("refused: %v", err)
	}
}
