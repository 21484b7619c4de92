package wire

import (
	"net"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"intercom/ua/uatest"
)

// stamp makes the kernel note when datagrams come, for the tests may be kept from reading them by a computer that is busy.
func stamp(conn *net.UDPConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1) })
	if err != nil {
		return err
	}
	return failed
}

// receive reads a message and tells when it came.
func receive(conn uatest.PacketConn, b []byte) (n int, from netip.AddrPort, at time.Time, err error) {
	udp, ok := conn.(*net.UDPConn)
	if !ok {
		n, from, err = conn.ReadFromUDPAddrPort(b)
		return n, from, time.Now(), err
	}
	var oob [128]byte
	n, notes, _, from, err := udp.ReadMsgUDPAddrPort(b, oob[:])
	return n, from, stamped(oob[:notes]), err
}

// stamped reads the kernel's note.
func stamped(oob []byte) time.Time {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(messages) == 0 || len(messages[0].Data) < int(unsafe.Sizeof(unix.Timespec{})) {
		return time.Now()
	}
	t := (*unix.Timespec)(unsafe.Pointer(&messages[0].Data[0]))
	return time.Unix(t.Unix())
}
