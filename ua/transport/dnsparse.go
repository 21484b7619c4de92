package transport

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// errOther is an answer to another question.
var errOther = errors.New("answers another question")

const maxRecords = 64 // of one answer

// parse reads the answer to the question. A server that knows no more than a chain of CNAMEs answers with no records.
func (q dnsQuestion) parse(b []byte) (a answer, err error) {
	var p dnsmessage.Parser
	head, err := p.Start(b)
	if err != nil {
		return a, errOther
	}
	asked, err := p.Question()
	if err != nil || !head.Response || head.ID != q.id || asked.Type != q.typ || !strings.EqualFold(asked.Name.String(), q.name.String()) {
		return a, errOther
	}
	switch head.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		return a, errNoName
	default:
		return a, fmt.Errorf("it answers %v", head.RCode)
	}
	if err := p.SkipAllQuestions(); err != nil {
		return a, fmt.Errorf("broken answer: %w", err)
	}
	a = answer{ttl: mostTTL, truncated: head.Truncated}
	for range maxRecords {
		h, err := p.AnswerHeader()
		if errors.Is(err, dnsmessage.ErrSectionDone) || a.truncated && err != nil {
			return a, nil
		}
		if err == nil {
			err = a.take(&p, h)
		}
		if err != nil {
			return a, fmt.Errorf("broken answer: %w", err)
		}
	}
	return a, nil
}

// take reads one record.
func (a *answer) take(p *dnsmessage.Parser, h dnsmessage.ResourceHeader) error {
	a.ttl = min(a.ttl, time.Duration(h.TTL&(1<<31-1))*time.Second)
	switch h.Type {
	case dnsmessage.TypeA:
		r, err := p.AResource()
		a.addrs = append(a.addrs, netip.AddrFrom4(r.A))
		return err
	case dnsmessage.TypeAAAA:
		r, err := p.AAAAResource()
		a.addrs = append(a.addrs, netip.AddrFrom16(r.AAAA).Unmap())
		return err
	case dnsmessage.TypeSRV:
		r, err := p.SRVResource()
		a.srv = append(a.srv, &net.SRV{Target: r.Target.String(), Port: r.Port, Priority: r.Priority, Weight: r.Weight})
		return err
	case typeNAPTR:
		r, err := p.UnknownResource()
		if n, ok := parseNAPTR(r.Data); ok {
			a.naptr = append(a.naptr, n)
		}
		return err
	}
	return p.SkipAnswer()
}

// parseNAPTR reads the data of a record (RFC 3403 §4.1): two numbers, three character strings, and a domain name
// that is not compressed.
func parseNAPTR(b []byte) (n NAPTR, ok bool) {
	if len(b) < 4 {
		return n, false
	}
	n.Order, n.Preference = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	b = b[4:]
	var texts [3]string
	for i := range texts {
		if texts[i], b, ok = cutText(b); !ok {
			return n, false
		}
	}
	n.Flags, n.Service = texts[0], texts[1]
	var labels []string
	for {
		label, rest, ok := cutText(b)
		if !ok || len(label) > 63 {
			return n, false
		}
		if label == "" {
			n.Replacement = strings.Join(labels, ".")
			return n, len(rest) == 0
		}
		labels, b = append(labels, label), rest
	}
}

// cutText cuts a character string: an octet of length, and as many octets.
func cutText(b []byte) (text string, rest []byte, ok bool) {
	if len(b) == 0 {
		return "", nil, false
	}
	end := 1 + int(b[0]) // as an octet, 255 and 1 are 0
	if len(b) < end {
		return "", nil, false
	}
	return string(b[1:end]), b[end:], true
}
