package sip

import (
	"fmt"
	"strconv"
)

// CSeq is the sequence number of a request and its method (RFC 3261 §20.16).
type CSeq struct {
	Seq    uint32
	Method string
}

// ParseCSeq reads the value of a CSeq header field.
func ParseCSeq(s string) (CSeq, error) {
	digits := 0
	for digits < len(s) && !isSpace(s[digits]) {
		digits++
	}
	seq, err := parseUint32(s[:digits])
	if err != nil {
		return CSeq{}, fmt.Errorf("CSeq %q: %w", excerpt(s), err)
	}
	method := trim(s[digits:])
	if !isToken(method) {
		return CSeq{}, fmt.Errorf("CSeq %q has no method behind the number", excerpt(s))
	}
	return CSeq{seq, method}, nil
}

func (c CSeq) String() string { return strconv.FormatUint(uint64(c.Seq), 10) + " " + c.Method }

// parseUint32 reads 1*DIGIT, leading zeros allowed, that fits into 32 bits.
func parseUint32(s string) (uint32, error) {
	var n uint64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, fmt.Errorf("%q is not a row of digits", excerpt(s))
		}
		if n = n*10 + uint64(s[i]-'0'); n > 1<<32-1 {
			return 0, fmt.Errorf("%q does not fit into 32 bits", excerpt(s))
		}
	}
	if s == "" {
		return 0, fmt.Errorf("no number")
	}
	return uint32(n), nil
}
