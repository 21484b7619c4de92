package configfile

import (
	"io/fs"
	"syscall"
)

func newStamp(info fs.FileInfo) stamp {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return stamp{cannotBeLookedAt: true}
	}
	return stamp{inode: s.Ino, device: uint64(s.Dev), size: s.Size, modified: s.Mtim.Nano(), changed: s.Ctim.Nano()}
}
