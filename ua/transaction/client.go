package transaction

import (
	"time"

	"intercom/ua/sip"
)

// Client is the client's side of every request but INVITE and ACK (RFC 3261 §17.1.2).
//
//	                      |request from TU: send it
//	                      v
//	Timer E: send    +------------+  Timer F or transport error: tell the TU
//	it again  +----->|   Trying   |--------------------------------------+
//	          +------|            |----------------+                     |
//	                 +------------+                |                     |
//	                      |1xx: deliver            |                     |
//	                      v                        |                     |
//	Timer E: send    +------------+  Timer F or transport error: tell    |
//	it again, |      |            |  the TU        |                     |
//	deliver   +----->| Proceeding |----------------|-------------------->|
//	further   +------|            |                |                     |
//	1xx              +------------+                |                     |
//	                      |200-699: deliver        |200-699: deliver     |
//	                      v                        |                     |
//	                 +------------+                |                     |
//	                 |  Completed |<---------------+                     |
//	                 +------------+                                      |
//	                      |Timer K: nothing                              |
//	                      v                                              |
//	                 +------------+                                      |
//	                 | Terminated |<-------------------------------------+
//	                 +------------+
type Client struct {
	req      *sip.Message
	timers   Timers
	reliable bool
	state    State
	interval time.Duration // of Timer E
	again    time.Time     // Timer E
	end      time.Time     // Timer F or K
}

// NewClient starts the transaction and sends the request, which must not be changed from here on. Its top Via carries
// the branch. Reliable says whether the transport is (TCP, TLS).
func NewClient(now time.Time, req *sip.Message, reliable bool, t Timers) (*Client, Out) {
	c := &Client{req: req, timers: t, reliable: reliable, state: Trying, interval: t.T1}
	// RFC 3261 §17.1.2.2: "When entering this state, the client transaction SHOULD set timer F to fire in 64*T1 seconds."
	c.end = now.Add(t.timeout())
	// "If an unreliable transport is in use, the client transaction MUST set timer E to fire in T1 seconds."
	if !reliable {
		c.again = now.Add(c.interval)
	}
	return c, send(req)
}

// State returns the state that the machine is in.
func (c *Client) State() State { return c.state }

// Request returns the request.
func (c *Client) Request() *sip.Message { return c.req }

// Deadline returns when Tick is due, the zero time if nothing is awaited but messages.
func (c *Client) Deadline() time.Time { return earliest(c.again, c.end) }

// Receive takes a response whose ClientKey is the request's.
func (c *Client) Receive(now time.Time, resp *sip.Message) Out {
	switch {
	case c.state != Trying && c.state != Proceeding:
		// "Timer K ... used to buffer any additional response retransmissions that may be received"
		return Out{}
	case resp.Status < 200:
		// "If a provisional response is received while in the "Trying" state, the response MUST be passed to the TU, and then
		// the client transaction SHOULD move to the "Proceeding" state."
		c.state = Proceeding
		return Out{Deliver: resp}
	}
	// "Once the client transaction enters the "Completed" state, it MUST set Timer K to fire in T4 seconds for unreliable
	// transports, and zero seconds for reliable transports."
	k := unlessReliable(c.timers.T4, c.reliable)
	c.state, c.again, c.end = Completed, time.Time{}, now.Add(k)
	if k == 0 {
		return c.terminate(Out{Deliver: resp})
	}
	return Out{Deliver: resp}
}

// TransportError says that the request could not be sent.
func (c *Client) TransportError(_ time.Time, err error) Out {
	if c.state == Trying || c.state == Proceeding {
		return c.terminate(Out{Err: err})
	}
	return Out{}
}

// Tick lets the timers fire that are due.
func (c *Client) Tick(now time.Time) Out {
	switch {
	case due(c.end, now) && c.state == Completed: // Timer K
		return c.terminate(Out{})
	case due(c.end, now):
		// "If Timer F fires while in the "Trying" state, the client transaction SHOULD inform the TU about the timeout";
		// likewise in "Proceeding".
		return c.terminate(Out{Err: ErrTimeout})
	case due(c.again, now):
		c.interval = c.nextInterval()
		c.again = now.Add(c.interval)
		return send(c.req)
	}
	return Out{}
}

func (c *Client) nextInterval() time.Duration {
	// "If Timer E fires while in the "Proceeding" state, the request MUST be passed to the transport layer for
	// retransmission, and Timer E MUST be reset with a value of T2 seconds."
	if c.state == Proceeding {
		return c.timers.T2
	}
	// "If timer E fires while still in this state, the timer is reset, but this time with a value of MIN(2*T1, T2)."
	return min(2*c.interval, c.timers.T2)
}

func (c *Client) terminate(out Out) Out {
	c.state, c.again, c.end = Terminated, time.Time{}, time.Time{}
	out.Done = true
	return out
}
