package control

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"slices"
	"strconv"
	"syscall"
)

// whose finds out whose program is at the other end, by what the kernel says (unix(7), SO_PEERCRED); an error if it is
// nobody who is let in. The mode of the socket has kept others out already, as long as nobody changed it.
func whose(conn *net.UnixConn) (string, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return "", err
	}
	var cred *syscall.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err := errors.Join(err, credErr); err != nil {
		return "", fmt.Errorf("the kernel does not say whose it is: %w", err)
	}
	if !mayAsk(cred, os.Geteuid(), os.Getegid(), groupsOf) {
		return "", fmt.Errorf("it is of %s, who is not in the station's group", nameOf(cred.Uid))
	}
	return nameOf(cred.Uid), nil
}

// mayAsk lets in root, the station's own user, and whoever is in the group that the station runs as.
func mayAsk(cred *syscall.Ucred, uid, gid int, groups func(uid uint32) []string) bool {
	switch {
	case cred.Uid == 0, int(cred.Uid) == uid:
		return true
	case gid == 0: // root's group is for nobody else
		return false
	}
	return int(cred.Gid) == gid || slices.Contains(groups(cred.Uid), strconv.Itoa(gid))
}

func groupsOf(uid uint32) []string {
	u, err := user.LookupId(strconv.FormatUint(uint64(uid), 10))
	if err != nil {
		return nil
	}
	ids, err := u.GroupIds()
	if err != nil {
		return nil
	}
	return ids
}

func nameOf(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "user " + id
}
