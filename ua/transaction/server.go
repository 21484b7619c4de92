package transaction

import (
	"time"

	"intercom/ua/sip"
)

// Server is the server's side of every request but INVITE and ACK (RFC 3261 §17.2.2, RFC 4320).
//
//	                                |request: to the TU
//	                                v
//	                          +------------+  64*T1: tell the TU
//	         +----------------|   Trying   |---------------------------+
//	         |                +------------+                           |
//	         |                      |100 when Timer E of the client    |
//	         |                      |has reached T2: send it           |
//	         |                      v                                  |
//	         |                +------------+  64*T1: tell the TU       |
//	         |  request: +--->| Proceeding |-------------------------->|
//	         |  send 100 +----|            |                           |
//	         |                +------------+                           |
//	         |200-699 from TU:      |200-699 from TU: send it          |
//	         |send it               v                                  |
//	         |                +------------+                           |
//	         +--------------->|            |                           |
//	request: send the    +--->| Completed  |                           |
//	final response again +----|            |                           |
//	                          +------------+                           |
//	                                |Timer J: nothing                  |
//	                                v                                  |
//	                          +------------+                           |
//	                          | Terminated |<--------------------------+
//	                          +------------+
//
// A transport error in "Proceeding" or "Completed" is told to the TU and ends the transaction.
type Server struct {
	req      *sip.Message // until the first response, for the 100
	last     parked       // the last response
	timers   Timers
	reliable bool
	state    State
	again    time.Time // the 100
	end      time.Time // what bounds the wait for the TU, or Timer J
}

// NewServer starts the transaction for a request whose ServerKey is new. The caller passes the request to the TU.
func NewServer(now time.Time, req *sip.Message, reliable bool, t Timers) *Server {
	return &Server{
		req: req, timers: t, reliable: reliable, state: Trying,
		again: now.Add(t.untilT2()),
		end:   now.Add(t.timeout()),
	}
}

// untilT2 is "the amount of time it takes a client transaction's Timer E to be reset to T2" (RFC 4320 §4.1): 3.5 s.
func (t Timers) untilT2() (d time.Duration) {
	for e := t.T1; e < t.T2 && e > 0; e *= 2 {
		d += e
	}
	return d
}

// State returns the state that the machine is in.
func (s *Server) State() State { return s.state }

// Deadline returns when Tick is due.
func (s *Server) Deadline() time.Time { return earliest(s.again, s.end) }

// Receive takes the request again.
func (s *Server) Receive(time.Time, *sip.Message) Out {
	// RFC 3261 §17.2.2: in "Trying", "any further request retransmissions are discarded". "If a retransmission of the request
	// is received while in the "Proceeding" state, the most recently sent provisional response MUST be passed to the
	// transport layer for retransmission." "While in the "Completed" state, the server transaction MUST pass the final
	// response to the transport layer for retransmission whenever a retransmission of the request is received."
	return s.last.send()
}

// Respond takes a response of the TU; one that comes too late for the state is dropped.
func (s *Server) Respond(now time.Time, resp *sip.Message) Out {
	switch {
	case s.state != Trying && s.state != Proceeding:
		// "Any other final responses passed by the TU to the server transaction MUST be discarded while in the "Completed"
		// state."
		return Out{}
	case resp.Status < 200:
		return s.provisional(now, resp)
	case resp.Status == 408:
		// RFC 4320 §4.2: "A transaction-stateful SIP element MUST NOT send a response with Status-Code of 408 to a non-INVITE
		// request."
		return s.terminate(Out{})
	}
	// "When the server transaction enters the "Completed" state, it MUST set Timer J to fire in 64*T1 seconds for unreliable
	// transports, and zero seconds for reliable transports."
	j := unlessReliable(s.timers.timeout(), s.reliable)
	s.state, s.req, s.again, s.end = Completed, nil, time.Time{}, now.Add(j)
	if j == 0 {
		return s.terminate(send(resp))
	}
	s.last = park(resp)
	return send(resp)
}

// provisional: RFC 4320 §4.1, "An SIP element MUST NOT send any provisional response with a Status-Code other than 100 to a
// non-INVITE request." "An SIP element MUST NOT respond to a non-INVITE request with a Status-Code of 100 over any
// unreliable transport, such as UDP, before the amount of time it takes a client transaction's Timer E to be reset to T2."
func (s *Server) provisional(now time.Time, resp *sip.Message) Out {
	if resp.Status != 100 || !s.reliable && !s.again.IsZero() && now.Before(s.again) {
		return Out{}
	}
	s.state, s.req, s.last, s.again = Proceeding, nil, park(resp), time.Time{}
	return send(resp)
}

// TransportError says that a response could not be sent. RFC 3261 §17.2.4: "the server transaction SHOULD inform the TU that
// a failure has occurred, and SHOULD transition to the terminated state."
func (s *Server) TransportError(_ time.Time, err error) Out {
	if s.state == Proceeding || s.state == Completed {
		return s.terminate(Out{Err: err})
	}
	return Out{}
}

// Tick lets the timers fire that are due.
func (s *Server) Tick(now time.Time) Out {
	switch {
	case due(s.end, now) && s.state == Completed: // Timer J
		return s.terminate(Out{})
	case due(s.end, now):
		// RFC 4320 §4.2: "an element that cannot respond before the transaction expires will not send a final response at
		// all." The client's Timer F has fired.
		return s.terminate(Out{Err: ErrTimeout})
	case due(s.again, now):
		// RFC 4320 §4.1: "Without regard to transport, an SIP element MUST respond to a non-INVITE request with a Status-Code
		// of 100 if it has not otherwise responded after the amount of time it takes a client transaction's Timer E to be
		// reset to T2."
		return s.Respond(now, sip.NewResponse(s.req, 100, ""))
	}
	return Out{}
}

func (s *Server) terminate(out Out) Out {
	s.state, s.req, s.last, s.again, s.end = Terminated, nil, nil, time.Time{}, time.Time{}
	out.Done = true
	return out
}
