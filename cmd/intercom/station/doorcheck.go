package station

import (
	"fmt"
	"slices"
	"time"
)

// doorways looks at what doors have to do with their contacts, with schedules and with one another.
func (k *checker) doorways(c Config) {
	k.between("station.tamper_block", c.TamperBlock, time.Minute, 24*time.Hour)
	for i, d := range c.Doors {
		path := fmt.Sprintf("door.%d.", i)
		k.between(path+"held_open", d.HeldOpen, 0, time.Hour)
		k.knows(path+"open_during", d.OpenDuring, c.Schedules)
		if d.Then != "" {
			k.between(path+"then_after", d.ThenAfter, time.Second, 5*time.Minute)
		}
		switch {
		case d.Then == "":
		case d.Then == d.Name:
			k.fault(path+"then", "name the door behind it", "the door would open after itself")
		case !slices.ContainsFunc(c.Doors, func(other Door) bool { return other.Name == d.Then }):
			k.fault(path+"then", "name one of the [[door]] tables", "there is no door %q", d.Then)
		}
	}
}
