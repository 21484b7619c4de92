package transaction

import (
	"time"

	"intercom/ua/sip"
)

// InviteClient is the client's side of an INVITE (RFC 3261 §17.1.1, RFC 6026 §8.4).
//
//	                       |INVITE from TU: send it
//	                       v
//	Timer A: send     +-----------+  Timer B or transport error: tell the TU
//	it again   +----->|  Calling  |--------------------------------------+
//	           +------|           |                                      |
//	                  +-----------+                                      |
//	      300-699: |    |1xx |  2xx: deliver                             |
//	      send ACK |    |    +------------------------+                  |
//	      deliver  |    vdeliver                      |                  |
//	               |  +------------+  64*T1 after Cancel: tell the TU    |
//	1xx:      +----|->| Proceeding |---------------------|------------->|
//	deliver   +----|--|            |  2xx: deliver       |              |
//	               |  +------------+-------------------->|              |
//	               |    |300-699: send ACK, deliver      v              |
//	               v    v                          +------------+       |
//	300-699:      +-----------+          2xx: +--->|  Accepted  |       |
//	send ACK +--->| Completed |       deliver +----|            |       |
//	         +----|           |                    +------------+       |
//	              +-----------+                          |Timer M       |
//	   Timer D: nothing |  transport error: tell the TU  |              |
//	                    v                                v              |
//	              +------------------------------------------+          |
//	              |                Terminated                |<---------+
//	              +------------------------------------------+
type InviteClient struct {
	req      *sip.Message
	timers   Timers
	reliable bool
	state    State
	interval time.Duration // of Timer A
	again    time.Time     // Timer A
	end      time.Time     // Timer B, D or M, or the wait after a CANCEL
}

// timerD: RFC 3261 §17.1.1.2, "The client transaction SHOULD start timer D when it enters the "Completed" state, with a
// value of at least 32 seconds for unreliable transports, and a value of zero seconds for reliable transports."
const timerD = 32 * time.Second

// NewInviteClient starts the transaction and sends the request, which must not be changed from here on. Its top Via
// carries the branch. Reliable says whether the transport is (TCP, TLS).
func NewInviteClient(now time.Time, req *sip.Message, reliable bool, t Timers) (*InviteClient, Out) {
	c := &InviteClient{req: req, timers: t, reliable: reliable, state: Calling, interval: t.T1}
	// RFC 3261 §17.1.1.2: "If an unreliable transport is being used, the client transaction MUST start timer A with a
	// value of T1."
	if !reliable {
		c.again = now.Add(c.interval)
	}
	// "For any transport, the client transaction MUST start timer B with a value of 64*T1 seconds"
	c.end = now.Add(t.timeout())
	return c, send(req)
}

// State returns the state that the machine is in.
func (c *InviteClient) State() State { return c.state }

// Request returns the INVITE.
func (c *InviteClient) Request() *sip.Message { return c.req }

// Deadline returns when Tick is due, the zero time if nothing is awaited but messages.
func (c *InviteClient) Deadline() time.Time { return earliest(c.again, c.end) }

// Receive takes a response whose ClientKey is the request's.
func (c *InviteClient) Receive(now time.Time, resp *sip.Message) Out {
	switch c.state {
	case Calling, Proceeding:
		switch {
		case resp.Status < 200:
			return c.provisional(resp)
		case resp.Status < 300:
			return c.accept(now, resp)
		}
		return c.complete(now, resp)
	case Accepted:
		// RFC 6026 §7.2: "any 2xx response received while in this state ... MUST be passed to the transaction user".
		if resp.Status/100 == 2 {
			return Out{Deliver: resp}
		}
	case Completed:
		// RFC 3261 §17.1.1.2: "Any retransmissions of the final response that are received while in the "Completed" state
		// MUST cause the ACK to be re-passed to the transport layer for retransmission, but the newly received response
		// MUST NOT be passed up to the TU."
		if resp.Status >= 300 {
			return send(NewAck(c.req, resp))
		}
	}
	return Out{}
}

// provisional: "If the client transaction receives a provisional response while in the "Calling" state, it transitions to
// the "Proceeding" state. In the "Proceeding" state, the client transaction SHOULD NOT retransmit the request any longer."
func (c *InviteClient) provisional(resp *sip.Message) Out {
	if c.state == Calling {
		c.state, c.again, c.end = Proceeding, time.Time{}, time.Time{}
	}
	return Out{Deliver: resp}
}

// accept: RFC 6026 §8.4, "When a 2xx response is received while in either the "Calling" or "Proceeding" states, the client
// transaction MUST transition to the "Accepted" state, and the 2xx response MUST be passed up to the TU."
func (c *InviteClient) accept(now time.Time, resp *sip.Message) Out {
	c.state, c.again, c.end = Accepted, time.Time{}, now.Add(c.timers.timeout()) // Timer M
	return Out{Deliver: resp}
}

// complete: "When in either the "Calling" or "Proceeding" states, reception of a response with status code from 300-699
// MUST cause the client transaction to transition to "Completed". The client transaction MUST pass the received response up
// to the TU, and the client transaction MUST generate an ACK request".
func (c *InviteClient) complete(now time.Time, resp *sip.Message) Out {
	out := send(NewAck(c.req, resp))
	out.Deliver = resp
	d := unlessReliable(max(timerD, c.timers.timeout()), c.reliable)
	c.state, c.again, c.end = Completed, time.Time{}, now.Add(d)
	if d == 0 {
		return c.terminate(out)
	}
	return out
}

// Cancel returns the CANCEL to send in a transaction of its own, or nil if there must be none: a final response came, or
// no response at all yet. In that case it may be called again at the first provisional one.
func (c *InviteClient) Cancel(now time.Time) *sip.Message {
	// RFC 3261 §9.1: "If no provisional response has been received, the CANCEL request MUST NOT be sent; rather, the client
	// MUST wait for the arrival of a provisional response before sending the request."
	if c.state != Proceeding {
		return nil
	}
	// "If there is no final response for the original request in 64*T1 seconds ..., the client SHOULD then consider the
	// original transaction cancelled and SHOULD destroy the client transaction handling the original request."
	if c.end.IsZero() {
		c.end = now.Add(c.timers.timeout())
	}
	return NewCancel(c.req)
}

// TransportError says that a message of this transaction could not be sent.
func (c *InviteClient) TransportError(_ time.Time, err error) Out {
	// RFC 3261 §17.1.1.2, Figure 5: only "Calling" and "Completed" send anything.
	if c.state == Calling || c.state == Completed {
		return c.terminate(Out{Err: err})
	}
	return Out{}
}

// Tick lets the timers fire that are due.
func (c *InviteClient) Tick(now time.Time) Out {
	switch {
	case due(c.end, now) && (c.state == Calling || c.state == Proceeding):
		// "If the client transaction is still in the "Calling" state when timer B fires, the client transaction SHOULD
		// inform the TU that a timeout has occurred. The client transaction MUST NOT generate an ACK."
		return c.terminate(Out{Err: ErrTimeout})
	case due(c.end, now): // Timer D or M
		return c.terminate(Out{})
	case due(c.again, now):
		// "When timer A fires, the client transaction MUST retransmit the request by passing it to the transport layer, and
		// MUST reset the timer with a value of 2*T1."
		c.interval *= 2
		c.again = now.Add(c.interval)
		return send(c.req)
	}
	return Out{}
}

func (c *InviteClient) terminate(out Out) Out {
	c.state, c.again, c.end = Terminated, time.Time{}, time.Time{}
	out.Done = true
	return out
}
