//go:build !linux

package configfile

import "io/fs"

func newStamp(info fs.FileInfo) stamp {
	return stamp{size: info.Size(), modified: info.ModTime().UnixNano()}
}
