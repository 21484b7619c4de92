// Package mixer sets the controls of a sound card, its volumes and switches, through the kernel's control device: many
// cards are silent until that is done. A control is found by the kernel's name; profiles know what the cards that are often
// met in door stations need.
package mixer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Card is the open control device of a sound card. It must not be used by several goroutines at once.
type Card struct {
	ID         string // ALSA's, "wm8960soundcard"
	Driver     string // the kernel's word for it, "USB-Audio"
	Name       string // for people
	Components string // what it is made of, "USB0d8c:0014" for a stick on USB

	device device
	ids    []elementID
}

// devices is where the control devices are.
const devices = "/dev/snd"

// Open opens the card of an ALSA id.
func Open(id string) (*Card, error) { return open(devices, id) }

func open(dir, id string) (*Card, error) {
	cards, err := all(dir)
	var found *Card
	var there []string
	for _, c := range cards {
		if c.ID == id && found == nil {
			found = c
			continue
		}
		there = append(there, fmt.Sprintf("%q", c.ID))
		c.Close()
	}
	switch {
	case found != nil:
		return found, found.load()
	case err != nil:
		return nil, err
	}
	return nil, fmt.Errorf("mixer: no card has the ALSA id %q; there are: %s", id, orNone(there))
}

// IDs lists the ALSA ids of the cards of this computer, in the kernel's order.
func IDs() (ids []string, err error) {
	cards, err := all(devices)
	for _, c := range cards {
		ids = append(ids, c.ID)
		c.Close()
	}
	return ids, err
}

// all opens all cards, and tells which cannot be.
func all(dir string) (cards []*Card, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "controlC*"))
	for _, path := range paths {
		c, failed := openFile(path)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		cards = append(cards, c)
	}
	return cards, err
}

func openFile(path string) (*Card, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("mixer: %s may not be opened; add this user to the group \"audio\"", path)
	}
	if err != nil {
		return nil, fmt.Errorf("mixer: %w", err)
	}
	return introduce(kernel{f})
}

// introduce asks a device which card it is. It closes a device that does not say.
func introduce(d device) (*Card, error) {
	var i cardInfo
	if err := d.card(&i); err != nil {
		return nil, errors.Join(fmt.Errorf("mixer: a control device does not say of which card it is: %w", err), d.Close())
	}
	return &Card{ID: text(i.id[:]), Driver: text(i.driver[:]), Name: text(i.name[:]), Components: text(i.components[:]), device: d}, nil
}

// maxElements bounds what a driver may say that it has.
const maxElements = 4096

// load asks for the names of the controls.
func (c *Card) load() error {
	count, err := c.device.list(0, nil)
	ids := make([]elementID, min(count, maxElements))
	if err == nil && len(ids) > 0 {
		count, err = c.device.list(0, ids)
		ids = ids[:min(count, uint32(len(ids)))]
	}
	if err != nil {
		return errors.Join(fmt.Errorf("mixer: %s does not list its controls: %w", c.ID, err), c.Close())
	}
	for _, id := range ids {
		if id.iface == ifaceMixer {
			c.ids = append(c.ids, id)
		}
	}
	return nil
}

// Controls asks for all controls of the mixer and their values.
func (c *Card) Controls() ([]Control, error) {
	all := make([]Control, len(c.ids))
	for i, id := range c.ids {
		var err error
		if all[i], err = c.control(id); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Set sets a control by its name: "80%" of its range, "-6dB", a level as a number, "on", "off" or the name of a choice; one
// value for all channels, or one for each with commas between.
func (c *Card) Set(name, value string) error {
	id, err := c.find(name)
	if err != nil {
		return err
	}
	o, err := c.control(id)
	if err != nil {
		return err
	}
	if !o.Writable {
		return fmt.Errorf("mixer: %s: %q can only be read", c.ID, o.Name)
	}
	levels, err := o.parse(value)
	if err != nil {
		return fmt.Errorf("mixer: %s: %q cannot be %q: %w", c.ID, o.Name, value, err)
	}
	v := elementValue{id: id}
	for i, level := range levels {
		if o.Kind == Choice {
			v.items()[i] = uint32(level)
		} else {
			v.longs[i] = level
		}
	}
	if err := c.device.write(&v); err != nil {
		return fmt.Errorf("mixer: %s: %q does not let itself be set to %q: %w", c.ID, o.Name, value, err)
	}
	return nil
}

// Close gives the control device back. What was set stays.
func (c *Card) Close() error { return c.device.Close() }

// orNone puts names together.
func orNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}
