package doctor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"syscall"
)

// Generic netlink, as far as one question of nl80211 needs it (include/uapi/linux/{genetlink,nl80211}.h).
const (
	genlCtrl        = 0x10 // GENL_ID_CTRL
	getFamily       = 3    // CTRL_CMD_GETFAMILY
	familyID        = 1    // CTRL_ATTR_FAMILY_ID
	familyName      = 2    // CTRL_ATTR_FAMILY_NAME
	getPowerSave    = 62   // NL80211_CMD_GET_POWER_SAVE
	attrInterface   = 3    // NL80211_ATTR_IFINDEX
	attrPowerState  = 93   // NL80211_ATTR_PS_STATE
	headers         = syscall.NLMSG_HDRLEN + 4
	netlinkPatience = 1 // s
)

// powerSave asks the kernel whether a wireless interface sleeps between packets. It takes no right.
func powerSave(link int) (on bool, err error) {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.NETLINK_GENERIC)
	if err != nil {
		return false, fmt.Errorf("open generic netlink: %w", err)
	}
	defer syscall.Close(fd)
	if err := syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Sec: netlinkPatience}); err != nil {
		return false, err
	}
	family, err := ask(fd, genlCtrl, getFamily, 2, attribute(familyName, append([]byte("nl80211"), 0)), familyID)
	if err != nil || len(family) < 2 {
		return false, errors.Join(errors.New("the kernel has no nl80211"), err)
	}
	index := binary.NativeEndian.AppendUint32(nil, uint32(link))
	state, err := ask(fd, binary.NativeEndian.Uint16(family), getPowerSave, 0, attribute(attrInterface, index), attrPowerState)
	if err != nil || len(state) < 4 {
		return false, errors.Join(errors.New("the driver does not tell"), err)
	}
	return binary.NativeEndian.Uint32(state) != 0, nil
}

// ask sends one request and returns the value of one attribute of the answer.
func ask(fd int, kind uint16, command, version byte, body []byte, want uint16) ([]byte, error) {
	m := binary.NativeEndian.AppendUint32(nil, uint32(headers+len(body)))
	m = binary.NativeEndian.AppendUint16(m, kind)
	m = binary.NativeEndian.AppendUint16(m, syscall.NLM_F_REQUEST)
	m = append(m, 1, 0, 0, 0, 0, 0, 0, 0) // sequence number 1, the kernel fills in the port
	m = append(append(m, command, version, 0, 0), body...)
	if err := syscall.Sendto(fd, m, 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return nil, err
	}
	answer := make([]byte, 16<<10)
	n, _, err := syscall.Recvfrom(fd, answer, 0)
	if err != nil {
		return nil, err
	}
	return valueOf(answer[:n], want)
}

// valueOf finds an attribute in an answer.
func valueOf(m []byte, want uint16) ([]byte, error) {
	if len(m) < headers {
		return nil, fmt.Errorf("an answer of %d octets", len(m))
	}
	if binary.NativeEndian.Uint16(m[4:]) == syscall.NLMSG_ERROR {
		return nil, syscall.Errno(-int32(binary.NativeEndian.Uint32(m[syscall.NLMSG_HDRLEN:])))
	}
	for rest := m[headers:]; len(rest) >= 4; {
		size := int(binary.NativeEndian.Uint16(rest))
		if size < 4 || size > len(rest) {
			break
		}
		if binary.NativeEndian.Uint16(rest[2:])&0x3fff == want {
			return rest[4:size], nil
		}
		rest = rest[min(len(rest), (size+3)&^3):]
	}
	return nil, errors.New("the answer does not say")
}

func attribute(kind uint16, value []byte) []byte {
	a := binary.NativeEndian.AppendUint16(nil, uint16(4+len(value)))
	a = append(binary.NativeEndian.AppendUint16(a, kind), value...)
	return append(a, make([]byte, -len(a)&3)...)
}
