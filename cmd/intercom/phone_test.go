package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"intercom/cmd/intercom/phone"
	"intercom/cmd/intercom/wavcard"
	"intercom/media/align"
	"intercom/media/voice"
	"intercom/test/realtime"
	"intercom/ua/digest"
	"intercom/ua/transport"
)

// process is "intercom phone" as a script sees it.
type process struct {
	testing.TB
	cmd         *exec.Cmd
	in          io.WriteCloser
	events      *bufio.Scanner
	faults      *strings.Builder
	addr        string
	listen      []address
	fingerprint string
}

type address struct{ Transport, Address string }

// line is what the tests read of an event.
type line struct {
	Event, Call, Text, Reason, Codec, Way, Digit, Fingerprint, SRTP string
	Status                                                          int
	Listen                                                          []address
	Calls                                                           []struct {
		Call, State string
		Media       struct{ Sent int }
	}
	Refused phone.Refused
}

func startPhone(t testing.TB, args ...string) *process {
	t.Helper()
	p := &process{TB: t, cmd: exec.Command(os.Args[0], append([]string{"phone", "-listen", "127.0.0.1:0"}, args...)...), faults: &strings.Builder{}}
	p.cmd.Env = append(os.Environ(), asProgram+"=1")
	p.cmd.Stderr = p.faults
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.events = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(time.Minute, func() { p.cmd.Process.Kill() })
	t.Cleanup(func() {
		kill.Stop()
		p.cmd.Process.Kill()
		p.cmd.Wait()
	})
	ready := wantLine(t, p.events, "ready")
	p.listen, p.fingerprint = ready.Listen, ready.Fingerprint
	p.addr = p.listen[0].Address
	return p
}

// wantLine reads up to an event of this name.
func wantLine(t testing.TB, events *bufio.Scanner, event string) (l line) {
	t.Helper()
	for events.Scan() {
		l = line{}
		if err := json.Unmarshal(events.Bytes(), &l); err != nil {
			t.Fatalf("%s: %v", events.Text(), err)
		}
		if l.Event == event {
			return l
		}
	}
	t.Fatalf("the events end without %q: %v", event, events.Err())
	return l
}

func (p *process) says(format string, args ...any) {
	p.Helper()
	if _, err := fmt.Fprintf(p.in, format+"\n", args...); err != nil {
		p.Fatal(err)
	}
}

// wantSent waits until the newest call has sent that much sound, in packets of 20 ms.
func (p *process) wantSent(length time.Duration) {
	p.Helper()
	const packet = 20 * time.Millisecond
	for look := time.Tick(100 * time.Millisecond); ; <-look {
		p.says("status")
		if calls := wantLine(p.TB, p.events, "status").Calls; calls[len(calls)-1].Media.Sent >= int(length/packet) {
			return
		}
	}
}

// wantExit waits for the end of the process.
func (p *process) wantExit(status int) {
	p.Helper()
	for p.events.Scan() {
		// The pipe must be read to its end before Wait.
	}
	p.cmd.Wait()
	if got := p.cmd.ProcessState.ExitCode(); got != status {
		p.Errorf("the phone ends with status %d, want %d; it said %s", got, status, p.faults)
	}
}

// A caller that speaks from a file, and one that answers by itself, has its input closed and is led over its socket.
func TestTwoPhones(t *testing.T) {
	realtime.Try(t, func(t testing.TB) {
		const rate = 16000
		dir := t.TempDir()
		speech, heard, control := filepath.Join(dir, "speech.wav"), filepath.Join(dir, "heard.wav"), filepath.Join(dir, "control")
		said := voice.New(1, 120).Speak(2, rate)
		writeWAV(t, speech, said, rate)

		house := startPhone(t, "-auto", "-record", heard, "-control", control)
		house.in.Close()
		caller := startPhone(t, "-mic", speech, "-aor", "sip:anna@127.0.0.1")
		caller.says("dial sip:house@%s", house.addr)
		if l := wantLine(t, caller.events, "answered"); l.Call != "out-1" || l.Codec != "G722" {
			t.Errorf("the caller was told %+v", l)
		}
		caller.wantSent(2500 * time.Millisecond)
		caller.says("dtmf 5")
		if l := wantLine(t, house.events, "digit"); l.Digit != "5" || l.Way != "rfc4733" {
			t.Errorf("the house was told %+v", l)
		}

		conn, err := net.Dial("unix", control)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		client := bufio.NewScanner(conn)
		wantLine(t, client, "ready")
		fmt.Fprintln(conn, "status")
		if l := wantLine(t, client, "status"); len(l.Calls) != 1 || l.Calls[0].State != "answered" {
			t.Errorf("the house's status is %+v", l)
		}
		wantLine(t, house.events, "status")
		fmt.Fprintln(conn, "hangup")
		wantLine(t, client, "ended")
		wantLine(t, caller.events, "ended")

		house.cmd.Process.Signal(syscall.SIGTERM)
		house.wantExit(exitOK)
		if _, err := os.Lstat(control); !os.IsNotExist(err) {
			t.Errorf("the control socket is still there: %v", err)
		}
		caller.says("quit")
		caller.wantExit(exitOK)

		got, err := wavcard.Samples(heard, rate)
		if err != nil {
			t.Fatal(err)
		}
		if r := align.Align(said, got, rate); r.Correlation < 0.7 || r.Found < 0.5 {
			t.Errorf("what the house heard is not what the caller said: %+v", r)
		}
	})
}

func writeWAV(t testing.TB, file string, samples []int16, rate int) {
	t.Helper()
	w, err := wavcard.CreateSpeaker(file, rate)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(samples); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// An open phone answers whoever asks, with the status owed, over each transport that it is told to speak.
func TestAnOpenPhoneAnswersAnybody(t *testing.T) {
	p := startPhone(t)
	for _, network := range []string{"udp", "tcp"} {
		conn, err := net.Dial(network, p.addr)
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		for method, want := range map[string]string{"OPTIONS": "SIP/2.0 200 ", "BYE": "SIP/2.0 481 ", "BREW": "SIP/2.0 501 ", "SUBSCRIBE": "SIP/2.0 489 "} {
			fmt.Fprintf(conn, "%s sip:phone@%s SIP/2.0\r\nVia: SIP/2.0/%s %s;branch=z9hG4bK%[1]s\r\nFrom: <sip:stranger@example.net>;tag=1\r\n"+
				"To: <sip:phone@%[2]s>\r\nCall-ID: %[1]s\r\nCSeq: 1 %[1]s\r\nMax-Forwards: 70\r\nEvent: x\r\nContent-Length: 0\r\n\r\n",
				method, p.addr, strings.ToUpper(network), conn.LocalAddr())
			var b [4096]byte
			n, err := conn.Read(b[:])
			if err != nil || !strings.HasPrefix(string(b[:n]), want) {
				t.Errorf("%s over %s: %q, %v, want %q", method, network, b[:n], err, want)
			}
		}
		conn.Close()
	}
	p.says("quit")
	p.wantExit(exitOK)
}

// With -challenge nobody is heard without the password, and status counts them.
func TestAPhoneThatAsksForAPassword(t *testing.T) {
	p := startPhone(t, "-challenge", "anna:zanzibar")
	conn, err := net.Dial("udp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	for seq, c := range []struct{ credentials, want string }{
		{"", "SIP/2.0 401 "},
		{"anna", "SIP/2.0 200 "},
		{"eve", "SIP/2.0 401 "},
	} {
		var authorization string
		if c.credentials != "" {
			client := &digest.Client{Username: c.credentials, Password: "zanzibar"}
			value, err := client.Authorize(challenged(t, conn, p.addr, 2*seq), "OPTIONS", "sip:phone@"+p.addr, nil)
			if err != nil {
				t.Fatal(err)
			}
			authorization = "Authorization: " + value + "\r\n"
		}
		if got := options(t, conn, p.addr, 2*seq+1, authorization); !strings.HasPrefix(got, c.want) {
			t.Errorf("OPTIONS of %q: %q, want %q", c.credentials, got, c.want)
		}
	}
	p.says("status")
	if got := wantLine(t, p.events, "status").Refused; got != (phone.Refused{Challenged: 4, WrongPasswords: 1}) {
		t.Errorf("counted %+v", got)
	}
	p.says("quit")
	p.wantExit(exitOK)
}

// challenged asks without credentials and reads the challenge.
func challenged(t *testing.T, conn net.Conn, addr string, seq int) digest.Challenge {
	t.Helper()
	_, after, _ := strings.Cut(options(t, conn, addr, seq, ""), "WWW-Authenticate: ")
	value, _, _ := strings.Cut(after, "\r\n")
	ch, err := digest.ParseChallenge(value)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// options asks and returns the answer.
func options(t *testing.T, conn net.Conn, addr string, seq int, authorization string) string {
	t.Helper()
	fmt.Fprintf(conn, "OPTIONS sip:phone@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKo%d\r\nFrom: <sip:anna@example.net>;tag=1\r\n"+
		"To: <sip:phone@%[1]s>\r\nCall-ID: o\r\nCSeq: %[3]d OPTIONS\r\nMax-Forwards: 70\r\n%[4]sContent-Length: 0\r\n\r\n",
		addr, conn.LocalAddr(), seq, authorization)
	var b [4096]byte
	n, err := conn.Read(b[:])
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

func TestAPhoneListensWithWhatItIsTold(t *testing.T) {
	for transport, want := range map[string]string{
		"udp": "[udp]", "tcp": "[tcp]", "tls": "[tls]", "tcp,udp": "[udp tcp]", "tls,udp": "[udp tls]", "udp,tcp,tls": "[udp tcp tls]",
	} {
		p := startPhone(t, "-transport", transport)
		var names []string
		for _, l := range p.listen {
			if names = append(names, l.Transport); l.Address != p.addr {
				t.Errorf("-transport %s: listens on %v", transport, p.listen)
			}
		}
		if fmt.Sprint(names) != want {
			t.Errorf("-transport %s: listens on %v, want %s", transport, p.listen, want)
		}
		p.says("quit")
		p.wantExit(exitOK)
	}
}

// Whoever connects by TLS sees the certificate that the phone was given.
func TestAPhoneListensByTLS(t *testing.T) {
	cert, roots := certificate(t)
	p := startPhone(t, "-transport", "tls", "-certificate", file(t, "phone.pem", cert))
	if len(p.listen) != 1 || p.listen[0].Transport != "tls" {
		t.Fatalf("listens on %v", p.listen)
	}
	conn, err := tls.Dial("tcp", p.addr, &tls.Config{RootCAs: roots, ServerName: "phone.example.net"})
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	p.says("quit")
	p.wantExit(exitOK)
}

// Without one it makes one for itself and tells its fingerprint; TCP and TLS are told apart at the one address.
func TestAPhoneMakesACertificate(t *testing.T) {
	p := startPhone(t, "-transport", "tcp,tls")
	conn, err := tls.Dial("tcp", p.addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := transport.FingerprintOf(conn.ConnectionState().PeerCertificates[0]).String(); got != p.fingerprint {
		t.Errorf("shows %s, told %s", got, p.fingerprint)
	}
	plain, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for _, c := range []net.Conn{conn, plain} {
		fmt.Fprint(c, "\r\n\r\n")
		var b [16]byte
		if n, err := c.Read(b[:]); err != nil || string(b[:n]) != "\r\n" {
			t.Errorf("a ping got %q, %v", b[:n], err)
		}
	}
	p.says("quit")
	p.wantExit(exitOK)
}

// certificate is one that signed itself, with its key, and who believes it.
func certificate(t *testing.T) (text string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"phone.example.net"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	shown := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(shown))
	return shown + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})), roots
}

func TestPhoneFlags(t *testing.T) {
	taken, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	config := file(t, "intercom.toml", good)
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"-h", exitOK, "dial URI"},
		{"extra", exitUsage, `not ["extra"]`},
		{"-listen fritz.box", exitUsage, `-listen "fritz.box": want an IP address`},
		{"-listen 127.0.0.1:99999", exitUsage, `-listen "127.0.0.1:99999"`},
		{"-aor anna", exitUsage, `-aor "anna": want an address such as`},
		{"-registrar fritz.box:x", exitUsage, `-registrar "fritz.box:x": want a server`},
		{"-max-calls 0", exitUsage, "-max-calls 0: want a number from 1 to 64"},
		{"-dtmf morse", exitUsage, `-dtmf "morse": want rfc4733, info or inband`},
		{"-transport pigeon", exitUsage, `"pigeon"`},
		{"-certificate /no/such.pem", exitUsage, `-certificate "/no/such.pem"`},
		{"-ca-file /no/such.pem", exitUsage, `-ca-file "/no/such.pem"`},
		{"-challenge anna", exitUsage, "-challenge: want a name and a password"},
		{"-challenge anna:1234567", exitUsage, "of at least 8 characters"},
		{"-fingerprint 12", exitUsage, `-fingerprint "12"`},
		{"-config " + config + " -aor sip:a@b", exitUsage, "-aor and -config cannot be given together"},
		{"-config /no/such/file", exitUsage, "/no/such/file"},
		{"-listen 127.0.0.1:0 -mic /no/such.wav", exitFault, "/no/such.wav"},
		{"-listen 127.0.0.1:0 -record /no/such/folder/x.wav", exitFault, "/no/such/folder"},
		{"-listen 127.0.0.1:0 -control " + config, exitFault, "something else of this name"},
		{"-listen " + taken.LocalAddr().String(), exitFault, "in use"},
	} {
		status, said := intercom(t, t.Context(), append([]string{"phone"}, strings.Fields(c.args)...)...)
		if status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("intercom phone %s: status %d, want %d, and %q in\n%s", c.args, status, c.status, c.want, said)
		}
	}
}

func TestPhoneAddresses(t *testing.T) {
	for listen, want := range map[string][2]string{
		"127.0.0.1:5070": {"127.0.0.1:5070", "sip:phone@127.0.0.1"},
		"127.0.0.1":      {"127.0.0.1:5060", "sip:phone@127.0.0.1"},
		"::1":            {"[::1]:5060", "sip:phone@[::1]"},
		"[::1]":          {"[::1]:5060", "sip:phone@[::1]"},
		"[::1]:5070":     {"[::1]:5070", "sip:phone@[::1]"},
		"0.0.0.0":        {"0.0.0.0:5060", "sip:phone@anonymous.invalid"},
	} {
		f, flags := newPhoneFlags(streams{})
		if err := flags.Parse([]string{"-listen", listen}); err != nil {
			t.Fatal(err)
		}
		o, err := f.options(flags)
		if err != nil {
			t.Errorf("-listen %s: %v", listen, err)
			continue
		}
		if o.SIP.Listen != want[0] || o.Accounts[0].AOR != want[1] || len(o.SIP.Allow) == 0 {
			t.Errorf("-listen %s: %+v, %+v, want %v and calls from anybody", listen, o.SIP, o.Accounts, want)
		}
	}
}

// A phone with the station's configuration is the station to its PBX, and no more open than the station is.
func TestAPhoneWithTheStationsConfiguration(t *testing.T) {
	registers := strings.Replace(good, `aor = "sip:door@127.0.0.1"`, "aor = \"sip:door@127.0.0.1\"\nregistrar = \"sip:127.0.0.1:9\"\npassword = \"secret\"", 1)
	f, flags := newPhoneFlags(streams{})
	if err := flags.Parse([]string{"-config", file(t, "intercom.toml", registers)}); err != nil {
		t.Fatal(err)
	}
	o, err := f.options(flags)
	if err != nil {
		t.Fatal(err)
	}
	if a := o.Accounts[0]; a.Registrar != "sip:127.0.0.1:9" || a.Password != "secret" || o.SIP.Listen != "127.0.0.1:0" || len(o.SIP.Allow) > 0 {
		t.Errorf("%+v, %+v", o.SIP, o.Accounts)
	}
}
