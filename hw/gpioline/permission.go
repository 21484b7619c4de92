package gpioline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// denied says whom a chip may be opened by, if it is that which is the matter.
func denied(path string, err error) error {
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	want := "be root"
	var st syscall.Stat_t
	const groupReadsAndWrites = 0o060
	if syscall.Stat(path, &st) == nil && st.Gid != 0 && st.Mode&groupReadsAndWrites == groupReadsAndWrites {
		want = fmt.Sprintf("add the user to its group with \"adduser %s %s\"", userName(), groupName(st.Gid))
	}
	return fmt.Errorf("gpioline: %w; %s, or give it a group by a udev rule", err, want)
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}

func groupName(gid uint32) string {
	id := strconv.FormatUint(uint64(gid), 10)
	if g, err := user.LookupGroupId(id); err == nil {
		return g.Name
	}
	return id
}
