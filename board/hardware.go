package board

import "periph.io/x/conn/v3/gpio"

// Sound is a sound card: one open pair of microphone and loudspeaker, mono, 16 bit.
type Sound interface {
	Rate() int   // Hz
	Period() int // samples in a block, 10 ms

	// Start has process called once a period, by the card's own goroutine or thread, until Close. It must not block.
	Start(process func(play, capture []int16)) error

	Xruns() uint64  // times that the card ran dry or over
	String() string // for people
	Close() error
}

// Hardware is where a Board's lines and sound card come from. Levels are logical: where a line is active low, it is the
// hardware that inverts it. Halt gives a line back.
type Hardware interface {
	Model() string // for people
	Input(InputLine) (gpio.PinIn, error)
	Output(OutputLine) (gpio.PinOut, error)              // nil without an error for a light that is not there
	Sound(SoundConfig, func(fault error)) (Sound, error) // nil without an error for card "none"
	Close() error
}

// InputLine is an input with edges in both directions.
type InputLine struct {
	Use       string // whose line it is, for people and as the kernel's consumer: "button front"
	Name      string // of the button or the input
	Line      string // as in the configuration
	ActiveLow bool
	Pull      gpio.Pull
	Rest      gpio.Level // while nothing is the matter: a contact that is normally closed is high
}

// OutputLine is an output that is driven to its inactive level in the moment in which it becomes an output.
type OutputLine struct {
	Use       string // whose line it is, for people and as the kernel's consumer: "door front"
	Name      string // of the door, empty for the status light
	Line      string // as in the configuration
	ActiveLow bool
}
