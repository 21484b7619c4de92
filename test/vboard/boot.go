package vboard

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"intercom/test/vboard/initramfs"
)

// Options is what a board is made of.
type Options struct {
	Arch    Arch
	Files   []File   // beside the first process
	Modules []string // the kernel's, loaded at start with those that they need; parameters behind a blank: "snd-aloop pcm_substreams=1"
	Machine []string // more of QEMU's arguments
	Cmdline string   // more of the kernel's
	High    []Line   // lines that are held high from outside when the power comes on
	Forward []string // QEMU's hostfwd rules: "udp:127.0.0.1:15060-:5060"

	// Virtual has time pass by instructions, 1 ns each: what the board does takes the same time whatever else the computer
	// does, and waiting takes none. Lines are set and seen by another clock then.
	Virtual bool

	// Resets has a reset start the board again. Else it ends the machine.
	Resets bool
}

// File is a file of the board's initramfs.
type File struct {
	Path    string // there
	Text    string // its content,
	From    string // or a file that has it
	Program bool   // it can be executed
}

// Boot starts a board and waits until it takes orders. The test's end is the board's end.
func Boot(t testing.TB, o Options) *Board {
	t.Helper()
	k := findKernel(t, o.Arch)
	image := filepath.Join(t.TempDir(), "initramfs")
	if err := writeImage(image, k, guest(t, o.Arch), o); err != nil {
		t.Fatal(err)
	}
	m, err := newMachine(o.command(k, image))
	if err != nil {
		t.Fatal(err)
	}
	b := newBoard(t, m)
	if err := b.powerOn(o.Arch.kind().lines, o.High); err != nil {
		t.Fatal(err)
	}
	b.AwaitReady(0)
	return b
}

// command is the program to start and its arguments. A board in real time goes before whatever else this computer does, where it
// may: what is late there is late on the lines.
func (o Options) command(k kernel, image string) []string {
	qemu := append([]string{o.Arch.kind().qemu}, o.arguments(k, image)...)
	if o.Virtual || os.Geteuid() != 0 {
		return qemu
	}
	return append([]string{"nice", "-n", "-10"}, qemu...)
}

func (o Options) arguments(k kernel, image string) []string {
	kind := o.Arch.kind()
	args := slices.Concat(kind.machine, []string{"-kernel", k.image(), "-initrd", image,
		"-append", strings.Join([]string{"console=" + kind.console, "loglevel=2 panic=-1", kind.cmdline, o.Cmdline}, " ")})
	if tree, ok := k.tree(); ok {
		args = append(args, "-dtb", tree)
	}
	if kind.network != "" {
		args = append(args, "-netdev", strings.Join(append([]string{"user,id=n,ipv6=off"}, hostfwd(o.Forward)...), ","), "-device", kind.network+",netdev=n")
	}
	if o.Virtual {
		args = append(args, "-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm")
	}
	if !o.Resets {
		args = append(args, "-no-reboot")
	}
	return append(args, o.Machine...)
}

func hostfwd(rules []string) (args []string) {
	for _, r := range rules {
		args = append(args, "hostfwd="+r)
	}
	return args
}

func writeImage(path string, k kernel, guest string, o Options) error {
	var a initramfs.Archive
	for _, dir := range []string{"dev", "proc", "sys", "tmp", "run", "etc", "var/lib"} {
		a.AddFolder(dir)
	}
	for _, f := range append([]File{{Path: "/init", From: guest, Program: true}}, o.Files...) {
		if err := f.add(&a); err != nil {
			return err
		}
	}
	if err := addModules(&a, k, append(o.Arch.kind().modules, o.Modules...)); err != nil {
		return err
	}
	return os.WriteFile(path, a.Bytes(), 0o600)
}

func (f File) add(a *initramfs.Archive) error {
	content := []byte(f.Text)
	if f.From != "" {
		var err error
		if content, err = os.ReadFile(f.From); err != nil {
			return err
		}
	}
	add := a.AddFile
	if f.Program {
		add = a.AddProgram
	}
	add(strings.TrimPrefix(f.Path, "/"), content)
	return nil
}

// addModules writes the modules and the list that the first process loads them by.
func addModules(a *initramfs.Archive, k kernel, wanted []string) error {
	parameters, names := map[string]string{}, []string{}
	for _, w := range wanted {
		name, p, _ := strings.Cut(w, " ")
		names = append(names, name)
		parameters[strings.ReplaceAll(name, "-", "_")] = p
	}
	modules, err := initramfs.Modules(k.modules(), names...)
	if err != nil {
		return err
	}
	var order strings.Builder
	for _, m := range modules {
		fmt.Fprintln(&order, m.Name, parameters[m.Name])
		a.AddFile("modules/"+m.Name+".ko", m.Content)
	}
	a.AddFile("modules/order", []byte(order.String()))
	return nil
}
