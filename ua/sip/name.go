package sip

import "strings"

// knownNames holds the header field names that are written in one canonical way, by length.
var knownNames = [...][]string{
	2:  {"To"},
	3:  {"Via"},
	4:  {"From", "CSeq", "Date", "Path", "RSeq", "RAck", "Join"},
	5:  {"Route", "Allow", "Event"},
	6:  {"Accept", "Reason", "Server", "Min-SE"},
	7:  {"Contact", "Call-ID", "Expires", "Require", "Subject", "Warning", "Privacy"},
	8:  {"Priority", "Refer-To", "Reply-To", "Replaces", "Identity"},
	9:  {"Supported", "Call-Info", "Timestamp", "Diversion"},
	10: {"User-Agent", "Alert-Info", "Error-Info"},
	11: {"Retry-After", "Min-Expires", "Unsupported", "In-Reply-To", "Referred-By"},
	12: {"Max-Forwards", "Record-Route", "Content-Type", "Organization", "MIME-Version", "Allow-Events", "History-Info", "SIP-If-Match"},
	13: {"Authorization", "Proxy-Require", "Service-Route", "Identity-Info"},
	14: {"Content-Length", "Accept-Contact", "Reject-Contact"},
	15: {"Session-Expires", "Remote-Party-ID", "Accept-Encoding", "Accept-Language"},
	16: {"WWW-Authenticate", "Content-Encoding", "Content-Language", "P-Associated-URI"},
	18: {"Proxy-Authenticate", "Subscription-State"},
	19: {"Proxy-Authorization", "Authentication-Info", "Content-Disposition", "P-Asserted-Identity", "Request-Disposition"},
	20: {"P-Preferred-Identity"},
}

// canonicalName returns the canonical spelling of a known header field name, expanding the compact forms, and any other
// name as it is. RFC 3261 §7.3.1: "When comparing header fields, field names are always case-insensitive."
func canonicalName(name string) string {
	if len(name) == 1 {
		return expandCompact(name)
	}
	if len(name) < len(knownNames) {
		for _, known := range knownNames[len(name)] {
			if known[0]|0x20 == name[0]|0x20 && (known == name || strings.EqualFold(known, name)) {
				return known
			}
		}
	}
	return name
}

// expandCompact returns the full name of a compact form (RFC 3261 §7.3.3 and the IANA registry).
func expandCompact(name string) string {
	switch name[0] | 0x20 {
	case 'a':
		return "Accept-Contact"
	case 'b':
		return "Referred-By"
	case 'c':
		return "Content-Type"
	case 'd':
		return "Request-Disposition"
	case 'e':
		return "Content-Encoding"
	case 'f':
		return "From"
	case 'i':
		return "Call-ID"
	case 'j':
		return "Reject-Contact"
	case 'k':
		return "Supported"
	case 'l':
		return "Content-Length"
	case 'm':
		return "Contact"
	case 'n':
		return "Identity-Info"
	case 'o':
		return "Event"
	case 'r':
		return "Refer-To"
	case 's':
		return "Subject"
	case 't':
		return "To"
	case 'u':
		return "Allow-Events"
	case 'v':
		return "Via"
	case 'x':
		return "Session-Expires"
	case 'y':
		return "Identity"
	}
	return name
}

// isList tells whether the values of a header field may be combined "into a comma-separated list" (RFC 3261 §7.3.1).
// The name is canonical.
func isList(name string) bool {
	switch name {
	case "Via", "Contact", "Route", "Record-Route", "Path", "Service-Route",
		"Allow", "Supported", "Require", "Proxy-Require", "Unsupported", "Allow-Events",
		"Accept", "Accept-Encoding", "Accept-Language", "Content-Encoding", "Content-Language",
		"Accept-Contact", "Reject-Contact", "Request-Disposition",
		"Alert-Info", "Call-Info", "Error-Info", "In-Reply-To", "Warning", "Reason",
		"Diversion", "History-Info", "P-Asserted-Identity", "P-Preferred-Identity", "P-Associated-URI", "Remote-Party-ID":
		return true
	}
	return false
}
