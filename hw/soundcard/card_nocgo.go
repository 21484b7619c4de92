//go:build !cgo

package soundcard

import (
	"errors"
	"log/slog"
)

// Card is a real sound card, which this build cannot open.
type Card struct{}

// Possible tells whether this build can open sound cards.
const Possible = false

var errNoCgo = errors.New("soundcard: this build has no driver for sound cards: build with CGO_ENABLED=1 and a C compiler, " +
	`or choose card = "null" to do without sound`)

// Open is refused.
func Open(Options) (*Card, error) { return nil, errNoCgo }

// List finds no cards.
func List(*slog.Logger) ([]Info, error) { return nil, errNoCgo }

// Rate is 0: there is no card.
func (*Card) Rate() int { return 0 }

// Period is 0: there is no card.
func (*Card) Period() int { return 0 }

// String says that there is no card.
func (*Card) String() string { return "no sound card" }

// ALSA is empty: there is no card.
func (*Card) ALSA() []string { return nil }

// Xruns is 0: there is no card.
func (*Card) Xruns() uint64 { return 0 }

// Start is refused.
func (*Card) Start(func(play, capture []int16)) error { return errNoCgo }

// Close has nothing to close.
func (*Card) Close() error { return nil }
