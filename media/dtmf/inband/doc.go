// Package inband hears and makes telephone digits as they sound (ITU-T Q.23): one tone of the low group and one of the high group at
// once. It is for peers that have no telephone-event. All of it is pure: no clock, no goroutine; nothing allocates per frame.
//
// The detector's limits are those of ITU-T Q.24, a little on the strict side, because the speech of a whole call passes it:
// frequencies within 1.5 % are taken and from 3.5 % on refused; 40 ms are a digit and 20 ms are none; an interruption of
// up to 10 ms does not make two digits of one.
package inband

import (
	"fmt"
	"strings"
)

// The frequencies of Q.23 in Hz: the low group chooses the row of the keypad, the high group the column.
var (
	rows    = [4]float64{697, 770, 852, 941}
	columns = [4]float64{1209, 1336, 1477, 1633}
)

// keys is the keypad, row by row.
const keys = "123A456B789C*0#D"

// fullScale is the level in dBm0 of a sine whose peak is the largest sample (G.711 §4, A-law).
const fullScale = 3.14

// place returns the row and column of a digit; letters are taken in either case.
func place(digit byte) (row, column int, err error) {
	if digit >= 'a' && digit <= 'd' {
		digit -= 'a' - 'A'
	}
	at := strings.IndexByte(keys, digit)
	if at < 0 {
		return 0, 0, fmt.Errorf("inband: %q is no digit of a telephone; it takes 0-9, *, # and A-D", rune(digit))
	}
	return at / 4, at % 4, nil
}

func checkRate(rate int) error {
	if rate != 8000 && rate != 16000 {
		return fmt.Errorf("inband: cannot work at %d Hz; want 8000 or 16000", rate)
	}
	return nil
}
