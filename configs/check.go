package configs

import (
	"reflect"
	"strings"
)

// Check reads a configuration and returns it with every fault that it has. With faults it is not to be used: what is at
// fault has been left at its default.
func Check(name string, text []byte) (Config, Faults) {
	source := newSource(name, strings.TrimPrefix(string(text), "\ufeff"))
	data, faults := parse(source)
	written := defaults()
	d := decoder{faultList: faults, homes: homes()}
	d.table(reflect.ValueOf(&written).Elem(), data, "")
	if !faults.lost {
		judge(faults, written)
	}
	return written.config(), faults.sorted()
}
