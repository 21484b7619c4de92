package board

// virt is QEMU's machine "virt", which has one PL061 of eight lines. They go by the names that its device tree gives them.
func virt() profile {
	p := unknownBoard("")
	p.name, p.compatible = "qemu-virt", []string{"linux,dummy-virt"}
	p.line = func(name string) (string, int, bool) {
		for i := range 8 {
			if name == "GPIO"+string(rune('0'+i)) {
				return "9030000.pl061", i, true
			}
		}
		return "", 0, false
	}
	return p
}
