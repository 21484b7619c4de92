package hook

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// poster posts to one server, over a connection for each attempt (RFC 9112).
type poster struct {
	url  *url.URL
	host string // with its port
	key  []byte
	tls  *tls.Config // nil: http
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

func newPoster(o Options) (*poster, error) {
	u, err := o.Config.address()
	if err != nil {
		return nil, err
	}
	p := &poster{url: u, dial: o.Dial}
	if p.key, err = o.Config.key(); err != nil {
		return nil, err
	}
	port := "80"
	if u.Scheme == "https" {
		port = "443"
		roots, err := o.Config.authorities()
		if err != nil {
			return nil, err
		}
		p.tls = &tls.Config{RootCAs: roots, ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	}
	if u.Port() != "" {
		port = u.Port()
	}
	p.host = net.JoinHostPort(u.Hostname(), port)
	if p.dial == nil {
		p.dial = new(net.Dialer).DialContext
	}
	return p, nil
}

// post makes one attempt.
func (p *poster) post(ctx context.Context, e Event) error {
	body, err := e.json()
	if err != nil {
		return errors.Join(errRefused, err)
	}
	conn, err := p.dial(ctx, "tcp", p.host)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if p.tls != nil {
		conn = tls.Client(conn, p.tls)
	}
	defer conn.Close()
	if _, err := conn.Write(p.request(e.ID, time.Now(), body)); err != nil {
		return fmt.Errorf("the server does not take it: %w", err)
	}
	return answer(conn)
}

// request is the whole of it. A new signature for each attempt: the time of it is what tells a replay from a retry.
func (p *poster) request(id string, now time.Time, body []byte) []byte {
	stamp := strconv.FormatInt(now.Unix(), 10)
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\n", p.url.RequestURI(), p.url.Host)
	b.WriteString("User-Agent: intercom\r\nContent-Type: application/json\r\nConnection: close\r\n")
	if p.url.User != nil {
		password, _ := p.url.User.Password()
		b.WriteString("Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(p.url.User.Username()+":"+password)) + "\r\n")
	}
	fmt.Fprintf(&b, "webhook-id: %s\r\nwebhook-timestamp: %s\r\n", id, stamp)
	if p.key != nil {
		b.WriteString("webhook-signature: v1," + signature(p.key, id, stamp, body) + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(body))
	b.Write(body)
	return b.Bytes()
}

// signature is that of Standard Webhooks: HMAC-SHA256 of the identifier, the time and the body, with dots between, in base64.
func signature(key []byte, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, stamp)
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// longestLine bounds a status line, in bytes.
const longestLine = 4 << 10

// answer reads the status. What follows it is of no use, the connection ends here.
func answer(from io.Reader) error {
	lines := bufio.NewReader(io.LimitReader(from, longestLine))
	status, err := statusOf(lines)
	// "A client MUST be able to parse one or more 1xx responses received prior to a final response" (RFC 9110 §15.2).
	for err == nil && status < 200 {
		for line := "-"; err == nil && line != ""; {
			line, err = lines.ReadString('\n')
			line = strings.TrimRight(line, "\r\n")
		}
		if err == nil {
			status, err = statusOf(lines)
		}
	}
	switch {
	case err != nil:
		return fmt.Errorf("the server does not answer: %w", err)
	case status < 300:
		return nil
	case status == 408 || status == 429 || status >= 500:
		return fmt.Errorf("the server answers with status %d", status)
	}
	return fmt.Errorf("%w by the server with status %d", errRefused, status)
}

// statusOf reads a status line (RFC 9112 §4).
func statusOf(lines *bufio.Reader) (int, error) {
	line, err := lines.ReadString('\n')
	if err != nil {
		return 0, err
	}
	version, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if !strings.HasPrefix(version, "HTTP/1.") || err != nil || len(code) != 3 || status < 100 {
		return 0, fmt.Errorf("%.40q is no status line of HTTP/1.1", line)
	}
	return status, nil
}
