package ua

import (
	"crypto/sha1"
	"fmt"

	"intercom/ua/sip"
)

// instance is the URN that stands for this device and account whatever its
// address is: RFC 5626 §4.1: "the instance-id [...] MUST be persistent across
// power cycles". It is a name-based UUID (RFC 9562 §5.5), so that what the device
// is known by elsewhere is not told to the registrar, and it is another for each
// account. Without a device it is none.
func instance(device string, aor sip.URI) string {
	if device == "" {
		return ""
	}
	id := sha1.Sum([]byte("intercom\x00" + device + "\x00" + aor.User + "@" + aor.Host))
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}
