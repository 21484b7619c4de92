package transaction

import (
	"time"

	"intercom/ua/sip"
)

// InviteServer is the server's side of an INVITE (RFC 3261 §17.2.1, RFC 6026 §8.7).
//
//	                              |INVITE; 200 ms without a
//	INVITE: send the last         |response of the TU: send 100
//	1xx again                     v
//	1xx from TU: send it     +------------+
//	              +--------->|            |  2xx from TU: send it
//	              +----------| Proceeding |----------------------+
//	                         |            |                      v
//	                         +------------+                +------------+
//	   300-699 from TU: send it   |   2xx from TU: send it |            |
//	                              v                  +---->|  Accepted  |
//	INVITE, Timer G:         +------------+          +-----|            |
//	send it again +--------->|            |  ACK: deliver  +------------+
//	              +----------| Completed  |                      |
//	                         |            |                      |
//	                         +------------+                      |
//	                     ACK: |       |Timer H: tell the TU      |
//	                  nothing v       +---------------+          |
//	                         +------------+           |          |
//	                         | Confirmed  |           |          |
//	                         +------------+           |          |
//	                              |Timer I: nothing   |          |Timer L: nothing
//	                              v                   v          v
//	                         +---------------------------------------+
//	                         |               Terminated              |
//	                         +---------------------------------------+
//
// A transport error is told to the TU in every state and changes none (RFC 6026 §8.8).
type InviteServer struct {
	req      *sip.Message // until the first response, for the 100
	last     parked       // the last provisional response, or the final one of 300-699
	timers   Timers
	reliable bool
	failed   bool // a transport error was told
	state    State
	interval time.Duration // of Timer G
	again    time.Time     // the 100, or Timer G
	end      time.Time     // Timer H, I or L
}

// tryingAfter: RFC 3261 §17.2.1, "The server transaction MUST generate a 100 (Trying) response unless it knows that the TU
// will generate a provisional or final response within 200 ms".
const tryingAfter = 200 * time.Millisecond

// NewInviteServer starts the transaction for an INVITE whose ServerKey is new. The caller passes the request to the TU.
func NewInviteServer(now time.Time, req *sip.Message, reliable bool, t Timers) *InviteServer {
	return &InviteServer{req: req, timers: t, reliable: reliable, state: Proceeding, again: now.Add(tryingAfter)}
}

// State returns the state that the machine is in.
func (s *InviteServer) State() State { return s.state }

// Deadline returns when Tick is due, the zero time if nothing is awaited but messages.
func (s *InviteServer) Deadline() time.Time { return earliest(s.again, s.end) }

// Receive takes the INVITE again, or an ACK, with the transaction's ServerKey.
func (s *InviteServer) Receive(now time.Time, req *sip.Message) Out {
	if req.Method == "ACK" {
		return s.acknowledge(now, req)
	}
	switch s.state {
	case Proceeding, Completed:
		// "If a request retransmission is received while in the "Proceeding" state, the most recent provisional response that
		// was received from the TU MUST be passed to the transport layer for retransmission." And in "Completed": "when a
		// request retransmission is received, the server SHOULD pass the response to the transport for retransmission."
		return s.last.send()
	}
	// RFC 6026 §7.1: in "Accepted", "any retransmissions of the INVITE received will match this transaction state machine and
	// will be absorbed by the machine without changing its state".
	return Out{}
}

func (s *InviteServer) acknowledge(now time.Time, ack *sip.Message) Out {
	switch s.state {
	case Accepted:
		// The ACK to a 2xx has a branch of its own and does not come here, but that of an RFC 2543 client does.
		return Out{Deliver: ack}
	case Completed:
		// RFC 3261 §17.2.1: "If an ACK is received while the server transaction is in the "Completed" state, the server
		// transaction MUST transition to the "Confirmed" state. As Timer G is ignored in this state, any retransmissions of
		// the response will cease." Timer I "is set to fire in T4 seconds for unreliable transports, and zero seconds for
		// reliable transports."
		i := unlessReliable(s.timers.T4, s.reliable)
		s.state, s.last, s.again, s.end = Confirmed, nil, time.Time{}, now.Add(i)
		if i == 0 {
			return s.terminate(Out{})
		}
	}
	return Out{}
}

// Respond takes a response of the TU; one that comes too late for the state is dropped. Retransmitting a 2xx until its ACK
// comes is the TU's part (RFC 3261 §13.3.1.4): it passes it again.
func (s *InviteServer) Respond(now time.Time, resp *sip.Message) Out {
	switch {
	case s.state == Accepted && resp.Status/100 == 2:
		// RFC 6026 §7.1: "a server transaction MUST pass any 2xx it receives from the TU to the transport".
		return send(resp)
	case s.state != Proceeding:
		return Out{}
	case resp.Status < 200:
		s.req, s.again = nil, time.Time{}
		s.last = park(resp)
	case resp.Status < 300:
		s.accept(now)
	default:
		s.complete(now, resp)
	}
	return send(resp)
}

// accept: RFC 6026 §8.7, "While in the "Proceeding" state, if the TU passes a 2xx response to the server transaction, the
// server transaction MUST pass this response to the transport layer for transmission. ... The server transaction MUST then
// transition to the "Accepted" state." Timer L: 64*T1.
func (s *InviteServer) accept(now time.Time) {
	s.req, s.last = nil, nil
	s.state, s.again, s.end = Accepted, time.Time{}, now.Add(s.timers.timeout())
}

// complete: RFC 3261 §17.2.1, "While in the "Proceeding" state, if the TU passes a response with status code from 300 to 699
// to the server transaction, the response MUST be passed to the transport layer for transmission, and the state machine
// MUST enter the "Completed" state."
func (s *InviteServer) complete(now time.Time, resp *sip.Message) {
	s.req, s.last, s.interval = nil, park(resp), s.timers.T1
	// "For unreliable transports, timer G is set to fire in T1 seconds, and is not set to fire for reliable transports."
	// "When the "Completed" state is entered, timer H MUST be set to fire in 64*T1 seconds for all transports."
	s.state, s.again, s.end = Completed, time.Time{}, now.Add(s.timers.timeout())
	if !s.reliable {
		s.again = now.Add(s.interval)
	}
}

// TransportError says that a response could not be sent. RFC 6026 §8.8: "the server transaction SHOULD inform the TU that a
// failure has occurred, and MUST remain in the current state."
func (s *InviteServer) TransportError(_ time.Time, err error) Out {
	if s.failed || s.state == Terminated {
		return Out{}
	}
	s.failed = true
	return Out{Err: err}
}

// Tick lets the timers fire that are due.
func (s *InviteServer) Tick(now time.Time) Out {
	switch {
	case due(s.end, now) && s.state == Completed:
		// "If timer H fires while in the "Completed" state, it implies that the ACK was never received. In this case, the
		// server transaction MUST transition to the "Terminated" state, and MUST indicate to the TU that a transaction failure
		// has occurred."
		return s.terminate(Out{Err: ErrTimeout})
	case due(s.end, now): // Timer I or L
		return s.terminate(Out{})
	case due(s.again, now) && s.state == Proceeding:
		return s.Respond(now, sip.NewResponse(s.req, 100, ""))
	case due(s.again, now):
		// "If timer G fires, the response is passed to the transport layer once more for retransmission, and timer G is set
		// to fire in MIN(2*T1, T2) seconds."
		s.interval = min(2*s.interval, s.timers.T2)
		s.again = now.Add(s.interval)
		return s.last.send()
	}
	return Out{}
}

func (s *InviteServer) terminate(out Out) Out {
	s.state, s.req, s.last, s.again, s.end = Terminated, nil, nil, time.Time{}, time.Time{}
	out.Done = true
	return out
}
