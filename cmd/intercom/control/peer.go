package control

import (
	"fmt"
	"net"
	"os"
	"os/user"
	"slices"
	"strconv"
)

// owner is the user, and his group, that a program runs as.
type owner struct{ uid, gid uint32 }

// whose finds out whose program is at the other end, by what the kernel says; an error if it is nobody who is let in. The mode
// of the socket has kept others out already, as long as nobody changed it.
func whose(conn *net.UnixConn) (string, error) {
	o, err := ownerOf(conn)
	if err != nil {
		return "", fmt.Errorf("the kernel does not say whose it is: %w", err)
	}
	if !mayAsk(o, os.Geteuid(), os.Getegid(), groupsOf) {
		return "", fmt.Errorf("it is of %s, who is not in the station's group", nameOf(o.uid))
	}
	return nameOf(o.uid), nil
}

// mayAsk lets in root, the station's own user, and whoever is in the group that the station runs as.
func mayAsk(o owner, uid, gid int, groups func(uid uint32) []string) bool {
	switch {
	case o.uid == 0, int(o.uid) == uid:
		return true
	case gid == 0: // root's group is for nobody else
		return false
	}
	return int(o.gid) == gid || slices.Contains(groups(o.uid), strconv.Itoa(gid))
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
