package station

import "log/slog"

// A Record is one thing that somebody may want to know later, or at once elsewhere: who rang, who answered, who opened which door
// by which way, and who tried to. It never holds a digit of a code.
type Record struct {
	Kind   RecordKind
	Button string
	Door   string
	Input  string
	Person string // whose code it was
	Peer   string // the telephone
	Way    string // by which it came: ByInfo, ByExit, …
	Call   CallID
	Reason string // in words
}

func (Record) action() {}

// A RecordKind says what has happened.
type RecordKind string

// What is recorded.
const (
	Rang       RecordKind = "rang"        // somebody has pressed a button, and the house is called
	Called     RecordKind = "called"      // the house calls the station
	WasTaken   RecordKind = "answered"    // a telephone and the visitor can talk
	Unanswered RecordKind = "unanswered"  // nobody did, in the house or at the door: Reason says why, if somebody ended it
	HasEnded   RecordKind = "ended"       // of a conversation
	Opened     RecordKind = "opened"      // a door was let go, by Way
	Denied     RecordKind = "denied"      // a door stays shut though it was asked for rightly: Reason says why
	WasWrong   RecordKind = "wrong-code"  // a code that is none
	Locked     RecordKind = "locked-out"  // too many of them: codes are not looked at for a while
	ByHand     RecordKind = "by-hand"     // a door was opened that the station had let go
	HasShut    RecordKind = "shut"        // a door is shut again
	HeldOpen   RecordKind = "held-open"   // a door has been open for too long
	Forced     RecordKind = "forced-open" // a door is open that nobody has let go
	Tampered   RecordKind = "tampered"    // the housing was opened: no door opens for a while
	TamperOver RecordKind = "tamper-over" // doors open again
)

// RecordKinds lists all kinds.
func RecordKinds() []RecordKind {
	return []RecordKind{Rang, Called, WasTaken, Unanswered, HasEnded, Opened, Denied, WasWrong, Locked, ByHand, HasShut, HeldOpen, Forced,
		Tampered, TamperOver}
}

// The ways by which a door may be asked for.
const (
	ByEvent    = "rfc4733"  // a key as an event of the sound's stream (RFC 4733)
	ByInfo     = "info"     // a key in an INFO request of the call
	ByInband   = "inband"   // a key by its sound
	ByExit     = "exit"     // the button on the inside
	BySchedule = "schedule" // the time of day
	ByDoor     = "door"     // another door that was opened before
)

// String is the record on one line.
func (r Record) String() string { return Note{Text: string(r.Kind), Attrs: r.attrs()}.String() }

// attrs is what the record has to say, for the log.
func (r Record) attrs() []slog.Attr {
	var attrs []slog.Attr
	for _, f := range [][2]string{{"button", r.Button}, {"door", r.Door}, {"input", r.Input}, {"person", r.Person}, {"peer", r.Peer},
		{"way", r.Way}, {"call", string(r.Call)}, {"reason", r.Reason}} {
		if f[1] != "" {
			attrs = append(attrs, slog.String(f[0], f[1]))
		}
	}
	return attrs
}
