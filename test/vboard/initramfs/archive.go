// Package initramfs makes the first file system of a kernel: an archive with programs, files and kernel modules.
package initramfs

import (
	"bytes"
	"fmt"
)

// Archive is a cpio archive in the kernel's format "newc" (Documentation/driver-api/early-userspace/buffer-format.rst). The zero
// value is empty.
type Archive struct {
	b     bytes.Buffer
	inode int
	known map[string]bool // folders that it has
}

// File modes.
const (
	folder  = 0o040755
	file    = 0o100644
	program = 0o100755
)

// AddFile adds a file and the folders that it is in.
func (a *Archive) AddFile(path string, content []byte) { a.add(path, file, content) }

// AddProgram adds a file that can be executed.
func (a *Archive) AddProgram(path string, content []byte) { a.add(path, program, content) }

// AddFolder adds a folder and those that it is in.
func (a *Archive) AddFolder(path string) {
	if a.known == nil {
		a.known = map[string]bool{"": true}
	}
	if a.known[path] {
		return
	}
	a.known[path] = true
	a.add(path, folder, nil)
}

func (a *Archive) add(path string, mode int, content []byte) {
	a.AddFolder(parent(path))
	a.entry(path, mode, content)
}

// entry writes one entry. Name and content each begin at a multiple of four.
func (a *Archive) entry(name string, mode int, content []byte) {
	a.inode++
	const owner, group, links, time, dev, sum = 0, 0, 1, 0, 0, 0
	fmt.Fprintf(&a.b, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s\x00",
		a.inode, mode, owner, group, links, time, len(content), dev, dev, dev, dev, len(name)+1, sum, name)
	a.pad()
	a.b.Write(content)
	a.pad()
}

func (a *Archive) pad() { a.b.Write(make([]byte, -a.b.Len()&3)) }

// Bytes ends the archive and returns it.
func (a *Archive) Bytes() []byte {
	a.entry("TRAILER!!!", 0, nil)
	return a.b.Bytes()
}

func parent(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[:i]
		}
	}
	return ""
}
