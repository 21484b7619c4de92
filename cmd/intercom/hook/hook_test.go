package hook

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"intercom/cmd/intercom/audit"
)

var testKey = []byte("0123456789abcdef0123456789abcdef")

// house is a server that answers each request as its script says, and then with 204.
type house struct {
	t      *testing.T
	script []string

	mu   sync.Mutex
	took []*http.Request
	body []string
	at   []time.Time
}

func (s *house) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := "HTTP/1.1 204 No Content\r\n\r\n"
	if len(s.script) > 0 {
		answer, s.script = s.script[0], s.script[1:]
	}
	s.at = append(s.at, time.Now())
	if answer == "down" {
		return nil, errors.New("connection refused")
	}
	ours, theirs := net.Pipe()
	go s.serve(theirs, answer)
	return ours, nil
}

func (s *house) serve(c net.Conn, answer string) {
	defer c.Close()
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		s.t.Errorf("the request is not one: %v", err)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	s.took, s.body = append(s.took, r), append(s.body, string(body))
	s.mu.Unlock()
	if answer == "silent" {
		_, _ = c.Read(make([]byte, 1))
		return
	}
	_, _ = io.WriteString(c, answer)
}

// seen is what the server has been asked so far.
func (s *house) seen() (took []*http.Request, body []string, at []time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.took), slices.Clone(s.body), slices.Clone(s.at)
}

func open(t *testing.T, s *house, change func(*Config)) *Hook {
	t.Helper()
	c := Config{Name: "house", URL: "http://me:word@house.example/door?x=1", Secret: Secret(base64.StdEncoding.EncodeToString(testKey)), Timeout: DefaultTimeout}
	if change != nil {
		change(&c)
	}
	h, err := New(Options{Config: c, Station: "Front door", Dial: s.dial})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

var opened = audit.Entry{Kind: "opened", Door: "front", Person: "anna", Peer: "sip:11@fritz.box\r\nX: y"}

func TestARecordIsPosted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &house{t: t}
		h := open(t, s, nil)
		h.Tell(time.Now(), opened)
		synctest.Wait()
		h.Close()
		took, bodies, _ := s.seen()
		if len(took) != 1 {
			t.Fatalf("%d requests", len(took))
		}
		r, body := took[0], bodies[0]
		user, word, _ := r.BasicAuth()
		if r.Method != "POST" || r.URL.String() != "/door?x=1" || r.Host != "house.example" || user != "me" || word != "word" {
			t.Errorf("%s %s %s %s %s", r.Method, r.URL, r.Host, user, word)
		}
		want := "v1," + signature(testKey, r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), []byte(body))
		if got := r.Header.Get("webhook-signature"); got != want || !strings.HasPrefix(r.Header.Get("webhook-id"), "msg_") {
			t.Errorf("signed %q, wanted %q", got, want)
		}
		var e Event
		if err := json.Unmarshal([]byte(body), &e); err != nil || e.Kind != "opened" || e.Person != "anna" || e.Station != "Front door" {
			t.Errorf("%s: %v", body, err)
		}
	})
}

// The example of the specification of Standard Webhooks, as its libraries test it.
func TestSignatureIsThatOfOthers(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, wanted %s", got, want)
	}
}

func TestItIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &house{t: t, script: []string{"down", "HTTP/1.1 503 Busy\r\n\r\n", "silent", "no HTTP\r\n", "HTTP/1.1 100 Go on\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"}}
		h := open(t, s, nil)
		defer h.Close()
		h.Tell(time.Now(), opened)
		time.Sleep(10 * time.Minute)
		took, _, at := s.seen()
		var pauses []time.Duration
		for i := range at[1:] {
			pauses = append(pauses, at[i+1].Sub(at[i]))
		}
		want := []time.Duration{2 * time.Second, 4 * time.Second, DefaultTimeout + 8*time.Second, 16 * time.Second}
		if !slices.Equal(pauses, want) {
			t.Errorf("pauses %v, wanted %v", pauses, want)
		}
		for _, r := range took[1:] {
			if r.Header.Get("webhook-id") != took[0].Header.Get("webhook-id") {
				t.Error("the same record has another identifier when it is tried again")
			}
		}
	})
}

func TestWhatIsRefusedIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &house{t: t, script: []string{"HTTP/1.1 401 Unauthorized\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\n\r\n"}}
		h := open(t, s, nil)
		defer h.Close()
		h.Tell(time.Now(), opened)
		h.Tell(time.Now(), opened)
		time.Sleep(time.Hour)
		if took, _, _ := s.seen(); len(took) != 2 {
			t.Errorf("%d requests, wanted 2", len(took))
		}
	})
}

func TestAServerThatIsGoneCostsABoundedQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &house{t: t, script: slices.Repeat([]string{"down"}, 10_000)}
		h := open(t, s, nil)
		h.Tell(time.Now(), opened)
		synctest.Wait()
		for range 999 {
			h.Tell(time.Now(), opened)
		}
		h.mu.Lock()
		if len(h.events) > queued || h.lost < 1000-queued-1 {
			t.Errorf("%d wait, %d were dropped", len(h.events), h.lost)
		}
		h.mu.Unlock()
		time.Sleep(24 * time.Hour)
		_, _, at := s.seen()
		if got := len(at); got < mostTries*queued/2 || got > mostTries*(queued+1) {
			t.Errorf("%d tries", got)
		}
		h.Tell(time.Now(), opened)
		began := time.Now()
		h.Close()
		if took := time.Since(began); took > farewell {
			t.Errorf("closed after %v", took)
		}
		h.Tell(time.Now(), opened)
	})
}

// What happens last is told too, if the server answers in time; otherwise the log says how much is not.
func TestTheEndIsTold(t *testing.T) {
	for _, c := range []struct {
		script     []string
		told, lost int
	}{
		{nil, 3, 0},
		{[]string{"HTTP/1.1 200 OK\r\n\r\n", "down"}, 4, 0}, // tried again after 2 s
		{[]string{"HTTP/1.1 200 OK\r\n\r\n", "silent"}, 2, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			var said bytes.Buffer
			s := &house{t: t, script: c.script}
			h := open(t, s, nil)
			h.log = slog.New(slog.NewTextHandler(&said, nil))
			for range 3 {
				h.Tell(time.Now(), opened)
			}
			began := time.Now()
			h.Close()
			if took := time.Since(began); took > farewell {
				t.Errorf("%q: closed after %v", c.script, took)
			}
			if _, _, at := s.seen(); len(at) != c.told {
				t.Errorf("%q: asked %d times, wanted %d", c.script, len(at), c.told)
			}
			if lost := strings.Contains(said.String(), fmt.Sprintf("records=%d", c.lost)); lost != (c.lost > 0) {
				t.Errorf("%q: the log says %s", c.script, said.String())
			}
		})
	}
}

func TestOnlyWhatIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &house{t: t}
		h := open(t, s, func(c *Config) { c.Events = []string{"tampered"} })
		h.Tell(time.Now(), opened)
		h.Tell(time.Now(), audit.Entry{Kind: "tampered"})
		synctest.Wait()
		h.Close()
		if _, body, _ := s.seen(); len(body) != 1 || !strings.Contains(body[0], "tampered") {
			t.Errorf("told %v", body)
		}
	})
}

// A server must show a certificate that the file of authorities vouches for.
func TestTheServerIsWhoItShouldBe(t *testing.T) {
	var took sync.WaitGroup
	took.Add(1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { took.Done() }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	pemFile := filepath.Join(t.TempDir(), "ca.pem")
	text := "-----BEGIN CERTIFICATE-----\n" + base64.StdEncoding.EncodeToString(server.Certificate().Raw) + "\n-----END CERTIFICATE-----\n"
	if err := os.WriteFile(pemFile, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := Config{Name: "house", URL: Secret(server.URL), CAFile: pemFile, Timeout: DefaultTimeout}
	right, err := newPoster(Options{Config: c})
	if err != nil {
		t.Fatal(err)
	}
	if err := right.post(t.Context(), Event{ID: "1"}); err != nil {
		t.Fatal(err)
	}
	took.Wait()
	c.CAFile = ""
	wrong, err := newPoster(Options{Config: c})
	if err != nil {
		t.Fatal(err)
	}
	if err := wrong.post(t.Context(), Event{ID: "1"}); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a stranger was told: %v", err)
	}
}

func TestAProgramIsRun(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	script := filepath.Join(dir, "script")
	text := "#!/bin/sh\n{ echo \"$1|$INTERCOM_EVENT|$INTERCOM_DOOR|$INTERCOM_REASON|$SECRET_OF_THE_STATION\"; cat; } > " + out + "\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SECRET_OF_THE_STATION", "4711")
	c := command(Config{Command: []string{script, "$(touch " + dir + "/shell)"}})
	e := Event{ID: "1", Entry: audit.Entry{Kind: "opened", Door: "front", Reason: "`touch " + dir + "/shell`"}}
	if err := c.run(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	line, body, _ := strings.Cut(string(got), "\n")
	if want := fmt.Sprintf("%s|opened|front|%s|", c.Command[1], e.Reason); err != nil || line != want {
		t.Errorf("got %q, %v, wanted %q", line, err, want)
	}
	if !json.Valid([]byte(body)) {
		t.Errorf("on its input is %q", body)
	}
	if _, err := os.Stat(filepath.Join(dir, "shell")); err == nil {
		t.Error("a shell has seen what came from outside")
	}
}

// A program that hangs is ended with all that it has started.
func TestAProgramThatHangsIsEnded(t *testing.T) {
	dir := t.TempDir()
	script, late := filepath.Join(dir, "script"), filepath.Join(dir, "late")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n(sleep 2; touch "+late+") &\nwait\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	err := command(Config{Command: []string{script}}).run(ctx, Event{})
	if err == nil || !strings.Contains(err.Error(), "too long") || time.Since(began) > 1900*time.Millisecond {
		t.Fatalf("%v after %v", err, time.Since(began))
	}
	for time.Since(began) < 2500*time.Millisecond {
		<-time.After(100 * time.Millisecond)
	}
	if _, err := os.Stat(late); err == nil {
		t.Error("what it had started went on")
	}
}

func TestCheck(t *testing.T) {
	good := Config{Name: "house", URL: "https://gate.example/door", Timeout: DefaultTimeout}
	for _, fault := range []struct {
		change    func(*Config)
		key, says string
	}{
		{func(c *Config) { c.Name = "" }, "name", "no name"},
		{func(c *Config) { c.URL = "" }, "url", "does nothing"},
		{func(c *Config) { c.URL = "ftp://house.example" }, "url", "no address of http"},
		{func(c *Config) { c.URL = "https://" }, "url", "no address of http"},
		{func(c *Config) { c.URL = "https://gate.example\r\n" }, "url", "no address"},
		{func(c *Config) { c.Command = []string{"/bin/true"} }, "command", "both"},
		{func(c *Config) { c.URL, c.Command = "", []string{"true"} }, "command.0", "no path"},
		{func(c *Config) { c.Secret = "hunter2" }, "secret", "not base64"},
		{func(c *Config) { c.Secret = "aHVudGVyMg==" }, "secret", "not base64 of 24"},
		{func(c *Config) { c.Events = []string{"opened", "rung"} }, "events.1", `"rung"`},
		{func(c *Config) { c.Timeout = 0 }, "timeout", "out of bounds"},
	} {
		c := good
		fault.change(&c)
		found := c.Check([]string{"opened"})
		if len(found) != 1 || found[0].Key != fault.key || !strings.Contains(found[0].Text, fault.says) {
			t.Errorf("wanted %s %s, got %v", fault.key, fault.says, found)
		}
		if text := fmt.Sprintf("%v %+v %#v", c, c, found); strings.Contains(text, "hunter2") || strings.Contains(text, "gate.example") {
			t.Errorf("gives a secret away: %s", text)
		}
	}
	if found := good.Check(nil); len(found) > 0 {
		t.Errorf("faults of a good one: %v", found)
	}
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 100 \r\n\r\nHTTP/1.0 404\n", "HTTP/1.1 2000 \r\n", "", "HTTP/1.1 -99\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		err := answer(strings.NewReader(text))
		if err == nil && !strings.Contains(text, " 2") {
			t.Errorf("%q passes for a success", text)
		}
	})
}
