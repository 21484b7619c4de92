package board

// RenewSound opens a sound card in the place of the present one, which it closes; it may be the same card. Doors, inputs and
// light go on meanwhile. It is for whoever alone uses Sound.
func (b *Board) RenewSound(c SoundConfig) error {
	var err error
	if b.sound != nil {
		err = b.sound.Close()
		b.sound = nil
	}
	b.openSound(c)
	return err
}
