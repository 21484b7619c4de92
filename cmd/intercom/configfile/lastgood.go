package configfile

import (
	"encoding/json"
	"fmt"

	"intercom/cmd/intercom/statefile"
	"intercom/configs"
)

// keptAs is the state file of the configuration that was good last.
const keptAs = "last-good-configuration.json"

// Keep keeps a configuration that a station has started with, unless it is the one that is kept: the card is not written
// without need.
func Keep(d *statefile.Dir, f configs.Files) error {
	if kept, err := LastGood(d); err == nil && kept.Same(f) {
		return nil
	}
	data, err := json.Marshal(f)
	if err == nil {
		err = d.Save(keptAs, data)
	}
	if err != nil {
		return fmt.Errorf("the configuration is not kept for the day when its file is broken: %w", err)
	}
	return nil
}

// LastGood returns the configuration that a station has started with last; fs.ErrNotExist if there is none.
func LastGood(d *statefile.Dir) (configs.Files, error) {
	data, err := d.Load(keptAs)
	if err != nil {
		return configs.Files{}, err
	}
	var f configs.Files
	if err := json.Unmarshal(data, &f); err != nil {
		return configs.Files{}, fmt.Errorf("the configuration that was good last cannot be read: %w", err)
	}
	return f, nil
}
