package phone

import (
	"bytes"
	"encoding/json"
	"time"

	"intercom/ua"
)

// Event is what a phone tells: one of the structs of this file. Encode writes it as a line of JSON, the names of whose fields
// are kept from version to version.
type Event interface{ event() string }

// Ready is the first event: every address is listened on.
type Ready struct {
	Listen   []Address `json:"listen"`
	Accounts []string  `json:"accounts"` // addresses of record
	Calls    int       `json:"max_calls"`

	// Fingerprint is the SHA-256 of a certificate that the phone made for itself.
	Fingerprint string `json:"fingerprint,omitempty"`
}

// Address is one that the phone listens on.
type Address struct {
	Transport string `json:"transport"` // "udp", "tcp", "tls"
	Address   string `json:"address"`   // "127.0.0.1:5060"
}

// Registered: a registrar knows the account from now on, for so many seconds if nothing refreshed it.
type Registered struct {
	Account string `json:"account"`
	Expires int    `json:"expires"`
}

// Unregistered: the registrar does not know the account any more, or does not want to. Without a reason the phone has
// taken the registration back itself; else it tries again in so many seconds.
type Unregistered struct {
	Account       string  `json:"account"`
	Reason        string  `json:"reason,omitempty"`
	WrongPassword bool    `json:"wrong_password,omitempty"`
	Retry         float64 `json:"retry_s,omitempty"`
}

// Calling: a call is placed. Its name is for the commands that follow.
type Calling struct {
	Call ua.CallID `json:"call"`
	To   string    `json:"to"`
}

// Incoming: somebody calls. The caller is told that the phone rings.
type Incoming struct {
	Call    ua.CallID `json:"call"`
	From    string    `json:"from"`
	Name    string    `json:"name,omitempty"`
	To      string    `json:"to"`
	Account string    `json:"account,omitempty"`
	User    string    `json:"user,omitempty"` // who has shown the password of that name
	Source  string    `json:"source"`         // address that the request came from

	// The call that this one takes the place of. The phone answers it by itself then.
	Replaces ua.CallID `json:"replaces,omitempty"`
}

// Ringing: the called side rings.
type Ringing struct {
	Call ua.CallID `json:"call"`
}

// Sound is how the two sides of a call hear each other.
type Sound struct {
	Codec     string `json:"codec"`
	Remote    string `json:"remote,omitempty"` // where RTP goes
	Direction string `json:"direction"`        // "sendrecv", "sendonly", "recvonly", "inactive", as seen from this phone
	SRTP      string `json:"srtp,omitempty"`   // crypto-suite, if the sound is encrypted
}

// Early: the called side can be heard before it answers.
type Early struct {
	Call ua.CallID `json:"call"`
	Sound
}

// Answered: the call is up.
type Answered struct {
	Call ua.CallID `json:"call"`
	Sound
}

// Held: one side keeps the other waiting. By is "local" or "remote".
type Held struct {
	Call ua.CallID `json:"call"`
	By   string    `json:"by"`
	Sound
}

// Resumed: it does so no longer.
type Resumed struct {
	Call ua.CallID `json:"call"`
	By   string    `json:"by"`
	Sound
}

// Updated: the two sides agreed on something else.
type Updated struct {
	Call ua.CallID `json:"call"`
	Sound
}

// Digit: the other side has pressed a key.
type Digit struct {
	Call  ua.CallID `json:"call"`
	Digit string    `json:"digit"`
	Way   string    `json:"way"` // "rfc4733", "info"
}

// Referred: the other side of a call asks this phone to call somebody else, which it does.
type Referred struct {
	Call     ua.CallID `json:"call"`
	To       string    `json:"to"`
	By       string    `json:"by,omitempty"`       // who wants that
	Replaces bool      `json:"replaces,omitempty"` // the new call takes the place of one that they have
}

// Transferred: how far the other side of a call has come with calling somebody else.
type Transferred struct {
	Call   ua.CallID `json:"call"`
	Status int       `json:"status"` // of that call: 100, 180, 200
	Reason string    `json:"reason"`
	Final  bool      `json:"final"`
}

// Message: somebody has sent a text, within Call if that is not empty.
type Message struct {
	Call    ua.CallID `json:"call,omitempty"`
	From    string    `json:"from"`
	Name    string    `json:"name,omitempty"`
	To      string    `json:"to"`
	Account string    `json:"account,omitempty"`
	User    string    `json:"user,omitempty"` // who has shown the password of that name
	Source  string    `json:"source"`
	Text    string    `json:"text"`
}

// Replied: the answer to a command message or options; 408 if there was none.
type Replied struct {
	Method string   `json:"method"` // "MESSAGE" or "OPTIONS"
	To     string   `json:"to"`     // as in the command
	Status int      `json:"status"`
	Reason string   `json:"reason"`
	Agent  string   `json:"agent,omitempty"` // what the peer calls itself
	Allow  []string `json:"allow,omitempty"` // methods that it says it serves
}

// Ended: a call is over. Status is the final response that ended it, 0 for a call that was up; By is "local" or "remote".
type Ended struct {
	Call    ua.CallID `json:"call"`
	Status  int       `json:"status"`
	Reason  string    `json:"reason"`
	By      string    `json:"by"`
	Seconds float64   `json:"seconds"` // since it was answered; 0 if it was not
	Media   *Figures  `json:"media,omitempty"`

	Successor ua.CallID `json:"successor,omitempty"` // the call that took its place
}

// Status answers the command of that name.
type Status struct {
	Accounts []AccountStatus `json:"accounts"`
	Calls    []CallStatus    `json:"calls"` // in the order in which they began
	Refused  Refused         `json:"refused"`
	Pings    uint64          `json:"pings"` // keep-alives sent to registrars, since the phone began
}

// Refused counts the requests that were not heard, since the phone began.
type Refused struct {
	Strangers      uint64 `json:"strangers"`  // nobody vouched for them
	Challenged     uint64 `json:"challenged"` // asked for a password
	WrongPasswords uint64 `json:"wrong_passwords"`
	LockedOut      uint64 `json:"locked_out"` // not looked at, after too many wrong passwords
}

// AccountStatus is one account.
type AccountStatus struct {
	Account    string `json:"account"`
	AOR        string `json:"aor"`
	Registrar  string `json:"registrar,omitempty"`
	Registered bool   `json:"registered"`
}

// CallStatus is one call.
type CallStatus struct {
	Call    ua.CallID `json:"call"`
	State   string    `json:"state"` // "calling", "ringing", "early", "answering", "answered", "ending"
	Peer    string    `json:"peer"`
	Current bool      `json:"current"`         // commands that name no call are for this one
	Held    string    `json:"held,omitempty"`  // by "local", "remote" or "both"
	Seconds float64   `json:"seconds"`         // since it was answered, else since it began
	Media   *Figures  `json:"media,omitempty"` // if it has sound
}

// Error: something that was asked for cannot be done.
type Error struct {
	Text string    `json:"text"`
	Call ua.CallID `json:"call,omitempty"`
}

func (Ready) event() string        { return "ready" }
func (Registered) event() string   { return "registered" }
func (Unregistered) event() string { return "unregistered" }
func (Calling) event() string      { return "calling" }
func (Incoming) event() string     { return "incoming" }
func (Ringing) event() string      { return "ringing" }
func (Early) event() string        { return "early" }
func (Answered) event() string     { return "answered" }
func (Held) event() string         { return "held" }
func (Resumed) event() string      { return "resumed" }
func (Updated) event() string      { return "updated" }
func (Digit) event() string        { return "digit" }
func (Referred) event() string     { return "referred" }
func (Transferred) event() string  { return "transferred" }
func (Message) event() string      { return "message" }
func (Replied) event() string      { return "replied" }
func (Ended) event() string        { return "ended" }
func (Status) event() string       { return "status" }
func (Error) event() string        { return "error" }

// Encode is the event as one line of JSON, without its end: first "event", then "time", then the fields.
func Encode(at time.Time, e Event) []byte {
	var b bytes.Buffer
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false) // URIs are full of < and &
	stamp := struct {
		Event string `json:"event"`
		Time  string `json:"time"`
	}{e.event(), at.UTC().Format("2006-01-02T15:04:05.000Z")}
	for _, part := range []any{stamp, e} {
		if err := w.Encode(part); err != nil {
			panic(err) // every event is made of strings and numbers
		}
	}
	head, fields, _ := bytes.Cut(bytes.TrimSpace(b.Bytes()), []byte("}\n{"))
	if len(fields) > 1 {
		head = append(head, ',')
	}
	return append(head, fields...)
}
