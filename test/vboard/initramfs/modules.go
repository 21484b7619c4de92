package initramfs

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Module is a kernel module that is loaded from the archive.
type Module struct {
	Name    string // "snd_aloop"
	Content []byte
}

// Modules returns the modules with these names from a kernel's folder, and before each those that it needs. One that is not there is
// an error: the kernel may have it built in, but then nobody need name it.
func Modules(dir string, names ...string) ([]Module, error) {
	r := resolver{files: map[string]string{}, taken: map[string]bool{}}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(filepath.Base(path), ".ko"); ok {
			r.files[underscored(name)] = path
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := r.take(underscored(name), true); err != nil {
			return nil, err
		}
	}
	return r.order, nil
}

type resolver struct {
	files map[string]string // by name
	taken map[string]bool
	order []Module
}

func (r *resolver) take(name string, wanted bool) error {
	if r.taken[name] {
		return nil
	}
	r.taken[name] = true
	path, ok := r.files[name]
	if !ok {
		if wanted {
			return fmt.Errorf("initramfs: this kernel has no module %q", name)
		}
		return fmt.Errorf("initramfs: module %q is needed by another and was not kept when the kernel was unpacked", name)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	needs, err := needed(content)
	if err != nil {
		return fmt.Errorf("initramfs: %s: %w", path, err)
	}
	for _, n := range needs {
		if err := r.take(underscored(n), false); err != nil {
			return err
		}
	}
	r.order = append(r.order, Module{name, content})
	return nil
}

// needed reads the names in the "depends" of a module.
func needed(module []byte) ([]string, error) {
	f, err := elf.NewFile(bytes.NewReader(module))
	if err != nil {
		return nil, err
	}
	section := f.Section(".modinfo")
	if section == nil {
		return nil, fmt.Errorf("it has no .modinfo: it is no kernel module")
	}
	info, err := section.Data()
	if err != nil {
		return nil, err
	}
	for entry := range strings.SplitSeq(string(info), "\x00") {
		if list, ok := strings.CutPrefix(entry, "depends="); ok && list != "" {
			return strings.Split(list, ","), nil
		}
	}
	return nil, nil
}

// underscored is how the kernel names a module: its file may have hyphens.
func underscored(name string) string { return strings.ReplaceAll(name, "-", "_") }
