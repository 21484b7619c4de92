package appliance

import (
	"encoding/json"
	"errors"
	"io/fs"

	"intercom/cmd/intercom/station"
)

// Keeper keeps small files over a restart, whole or not at all. An error of Load that is fs.ErrNotExist says that there is none.
type Keeper interface {
	Save(name string, data []byte) error
	Load(name string) ([]byte, error)
}

// memoryFile is what the rules must not forget.
const memoryFile = "rules"

// recall gives the rules what they knew before the restart. What cannot be read may have been a lock-out, and is taken for one.
func (a *Appliance) recall(lockOut station.Memory) {
	if a.keep == nil {
		return
	}
	data, err := a.keep.Load(memoryFile)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var m station.Memory
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err == nil {
		err = a.station.Recall(m)
	}
	if err != nil {
		a.log.Error("what the station knew before its restart cannot be read: codes are not looked at for a while", "err", err)
		if err := a.station.Recall(lockOut); err != nil {
			a.log.Error("nor can it be made up for", "err", err)
		}
	}
}

// remember keeps what the rules must not forget. It returns when that is on the disk: what follows counts on it.
func (a *Appliance) remember(m station.Memory) {
	if a.keep == nil {
		return
	}
	data, err := json.Marshal(m)
	if err == nil {
		err = a.keep.Save(memoryFile, data)
	}
	if err != nil && !a.forgetful {
		a.forgetful = true
		a.log.Error("what the station must remember is not kept: a lock-out ends with a restart", "err", err)
	}
}
