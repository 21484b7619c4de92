package control

import (
	"errors"
	"net"
	"syscall"
)

// ownerOf asks the kernel whose program has connected (unix(7), SO_PEERCRED).
func ownerOf(conn *net.UnixConn) (owner, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return owner{}, err
	}
	var cred *syscall.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err := errors.Join(err, credErr); err != nil {
		return owner{}, err
	}
	return owner{cred.Uid, cred.Gid}, nil
}
