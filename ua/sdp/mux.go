package sdp

// rtcpMux is the attribute of RFC 5761 §5.1.1: RTCP by the port of RTP.
const rtcpMux = "rtcp-mux"

// muxes tells whether m asks for it, or grants it, and formats allow it. RFC
// 5761 §4: RTCP is told from RTP by its packet types, with which the payload
// types 64 to 95 would be confused.
func (m *Media) muxes(formats []Format) bool {
	for _, f := range formats {
		if f.PayloadType >= 64 && f.PayloadType <= 95 {
			return false
		}
	}
	_, ok := get(m.Attributes, rtcpMux)
	return ok
}
