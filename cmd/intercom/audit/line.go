package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// An Entry is what is recorded. It never holds a digit of a code.
type Entry struct {
	Kind   string   `json:"kind"`
	Button string   `json:"button,omitempty"`
	Door   string   `json:"door,omitempty"`
	Input  string   `json:"input,omitempty"`
	Person string   `json:"person,omitempty"`
	Peer   string   `json:"peer,omitempty"`
	Way    string   `json:"way,omitempty"`
	Call   string   `json:"call,omitempty"`
	Reason string   `json:"reason,omitempty"`
	Sound  *Figures `json:"sound,omitempty"`
}

// Kinds of the log's own entries.
const (
	Started  = "started"  // the station
	Stopped  = "stopped"  // in order
	Repaired = "repaired" // the log, after a power cut
	Lost     = "lost"     // records, when the disk was full or slow
	Quality  = "quality"  // of a call that is over
)

// Figures is how a call sounded.
type Figures struct {
	Codec     string  `json:"codec"`
	Seconds   float64 `json:"seconds"`
	Lost      float64 `json:"lost"`      // of the packets, 0 to 1
	Concealed float64 `json:"concealed"` // of the time, 0 to 1
	Jitter    float64 `json:"jitter_ms"`
	Delay     float64 `json:"delay_ms"` // of the jitter buffer
	MOS       float64 `json:"mos"`      // 1 to 4.5, by the E-model
}

// longest is more than any line, in bytes.
const longest = 8 << 10

// head is the end of a chain: the number and the sum of its last line.
type head struct {
	n   uint64 // 0: there is no line
	sum string // hexadecimal
}

// row is a line without its own sum.
type row struct {
	N    uint64    `json:"n"`
	Time time.Time `json:"time"`
	Entry
	Prev string `json:"prev"` // the sum of the line before
}

const sumField = `,"sum":"`

// line is the next line of the chain, and the chain's end with it. The last field is the sum of all before it.
func (h head) line(at time.Time, e Entry) ([]byte, head, error) {
	e.shorten()
	text, err := json.Marshal(row{N: h.n + 1, Time: at.UTC().Truncate(time.Millisecond), Entry: e, Prev: h.sum})
	if err != nil {
		return nil, h, err
	}
	next := head{h.n + 1, sumOf(text)}
	text = append(text[:len(text)-1], sumField...)
	text = append(text, next.sum...)
	return append(text, "\"}\n"...), next, nil
}

func sumOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// shorten bounds what others have a say in: the address of a caller may be of any length.
func (e *Entry) shorten() {
	for _, field := range []*string{&e.Button, &e.Door, &e.Input, &e.Person, &e.Peer, &e.Way, &e.Call, &e.Reason} {
		if len(*field) > 256 {
			*field = strings.ToValidUTF8((*field)[:256], "") + "…"
		}
	}
}

// parse reads a line without its end of line, and checks it against its own sum.
func parse(text []byte) (row, head, error) {
	const tail = len(sumField) + 2*sha256.Size + len(`"}`)
	if len(text) < tail || !bytes.HasPrefix(text[len(text)-tail:], []byte(sumField)) || !bytes.HasSuffix(text, []byte(`"}`)) {
		return row{}, head{}, errors.New("it is no record")
	}
	body := append(bytes.Clone(text[:len(text)-tail]), '}')
	sum := string(text[len(text)-tail+len(sumField) : len(text)-2])
	if sum != sumOf(body) {
		return row{}, head{}, errors.New("it is not as it was written")
	}
	var r row
	if err := json.Unmarshal(body, &r); err != nil {
		return row{}, head{}, fmt.Errorf("it is no record: %w", err)
	}
	return r, head{r.N, sum}, nil
}
