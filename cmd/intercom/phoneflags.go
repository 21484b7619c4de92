package main

import (
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"intercom/cmd/intercom/phone"
	"intercom/configs"
	"intercom/media"
	"intercom/ua"
)

// phoneFlags are what "intercom phone" is told on the command line.
type phoneFlags struct {
	config, listen, aor, password, registrar, transport string
	certificate, caFile, fingerprint                    string
	challenge, dtmf, mic, record, control               string
	srtp                                                string
	srtpWithoutTLS                                      bool
	maxCalls                                            int
	auto, verbose                                       bool
}

// sipPort is where a phone listens if nothing else is said (RFC 3261 §19.1.2).
const sipPort = 5060

// phonePorts are for the media of as many calls as a phone can have.
const phonePorts = "16384-16895"

func newPhoneFlags(s streams) (*phoneFlags, *flag.FlagSet) {
	f := &phoneFlags{}
	flags := newFlags("phone", s)
	flags.StringVar(&f.config, "config", "", "take addresses and accounts from a station's configuration `FILE`")
	flags.StringVar(&f.listen, "listen", "0.0.0.0:5060", "listen on `IP[:PORT]`; port 0 is any that is free")
	flags.StringVar(&f.aor, "aor", "", "be this address, a `URI` such as sip:11@fritz.box; sip:phone@ the listening address if not given")
	flags.StringVar(&f.password, "password", "", "answer the challenges of servers with this `PASSWORD`")
	flags.StringVar(&f.registrar, "registrar", "none", "register with this server, a `URI` such as sip:fritz.box; with none, calls from anybody are taken")
	flags.StringVar(&f.challenge, "challenge", "", "take calls from those alone who show this `USER:PASSWORD`, of at least 8 characters")
	flags.StringVar(&f.transport, "transport", "udp,tcp", "speak these `TRANSPORTS`: udp, tcp and tls, with commas between them")
	flags.StringVar(&f.certificate, "certificate", "", "show the certificate in this PEM `FILE`, which has its key too, over tls; without one the phone makes one for itself")
	flags.StringVar(&f.caFile, "ca-file", "", "believe the authorities in this PEM `FILE` instead of the system's")
	flags.StringVar(&f.fingerprint, "fingerprint", "", "believe the server whose certificate has this `SHA-256`, and no other")
	flags.StringVar(&f.srtp, "srtp", ua.SRTPOptional, "encrypt sound, `HOW`: required, optional or off; the keys go by tls only")
	flags.BoolVar(&f.srtpWithoutTLS, "srtp-without-tls", false, "let these keys go by udp and tcp too, where they can be read")
	flags.BoolVar(&f.auto, "auto", false, "answer calls by itself")
	flags.StringVar(&f.dtmf, "dtmf", phone.RFC4733, "the `WAY` of sending keys: rfc4733, info or inband")
	flags.StringVar(&f.mic, "mic", "silence", "the microphone: a WAV `FILE` said in each call, loop (the loudspeaker), silence, or default (the computer's)")
	flags.StringVar(&f.record, "record", "", "keep what is heard in calls in a WAV `FILE`")
	flags.IntVar(&f.maxCalls, "max-calls", ua.Default().MaxCalls, "take this `NUMBER` of calls at a time")
	flags.StringVar(&f.control, "control", "", "take commands and tell events on a unix socket at this `PATH` too")
	flags.BoolVar(&f.verbose, "v", false, "show the log on standard error")
	about := flags.Usage
	flags.Usage = func() {
		about()
		fmt.Fprintf(flags.Output(), "\nCommands, a line each; CALL is a name such as in-1:\n")
		for _, line := range phone.Usage() {
			fmt.Fprintf(flags.Output(), "  %s\n", line)
		}
	}
	return f, flags
}

// options makes a phone's of them, or says in sentences everything that is wrong with them.
func (f *phoneFlags) options(flags *flag.FlagSet) (phone.Options, error) {
	o := phone.Options{Auto: f.auto, DTMF: f.dtmf}
	var err error
	if f.config != "" {
		err = f.fromConfig(flags, &o)
	} else {
		err = f.fromFlags(&o)
	}
	if set(flags, "max-calls") || f.config == "" {
		o.SIP.MaxCalls = f.maxCalls
	}
	if f.maxCalls < 1 || f.maxCalls > 64 {
		err = errors.Join(err, fmt.Errorf("-max-calls %d: want a number from 1 to 64", f.maxCalls))
	}
	if !slices.Contains([]string{phone.RFC4733, phone.Info, phone.Inband}, f.dtmf) {
		err = errors.Join(err, fmt.Errorf("-dtmf %q: want rfc4733, info or inband", f.dtmf))
	}
	return o, err
}

// fromConfig takes everything about SIP and RTP from a station's file, so that its account can be tried without it.
func (f *phoneFlags) fromConfig(flags *flag.FlagSet, o *phone.Options) error {
	for _, name := range []string{"listen", "aor", "password", "registrar", "transport", "certificate", "ca-file", "fingerprint", "srtp", "srtp-without-tls"} {
		if set(flags, name) {
			return fmt.Errorf("-%s and -config cannot be given together: the file says it", name)
		}
	}
	c, err := configs.Load(f.config)
	if err != nil {
		return err
	}
	o.SIP, o.Accounts, o.Callers, o.RTP = c.SIP, c.Accounts, c.Callers, c.RTP
	open(o)
	return f.demand(o)
}

// demand has callers show a password, if -challenge says one.
func (f *phoneFlags) demand(o *phone.Options) error {
	if f.challenge == "" {
		return nil
	}
	user, password, _ := strings.Cut(f.challenge, ":")
	c := ua.Caller{Username: user, Password: ua.Secret(password)}
	if faults := c.Check(); len(faults) > 0 {
		return fmt.Errorf("-challenge: want a name and a password of at least 8 characters, with a colon between them")
	}
	o.Callers = append(o.Callers, c)
	o.SIP.Allow = nil
	return nil
}

func (f *phoneFlags) fromFlags(o *phone.Options) error {
	listen, err := parseListen(f.listen)
	names, wrong := f.transports()
	if err := errors.Join(err, wrong); err != nil {
		return err
	}
	o.SIP = ua.Default()
	o.SIP.Transports, o.SIP.Certificate = names, f.certificate
	o.SIP.ListenTLS = listen.String() // exactly the address that was given
	o.SIP.Listen, o.SIP.UserAgent = listen.String(), "intercom-phone/"+version
	o.RTP = media.Default()
	o.RTP.Ports = phonePorts
	a := ua.Account{Name: "phone", AOR: f.aor, Password: ua.Secret(f.password), Registrar: f.registrar, CAFile: f.caFile, Fingerprint: f.fingerprint}
	a.SRTP, a.SRTPWithoutTLS = f.srtp, f.srtpWithoutTLS
	if a.AOR == "" {
		a.AOR = ownAOR(listen.Addr())
	}
	if a.Registrar == "none" {
		a.Registrar = ""
	}
	o.Accounts = []ua.Account{a}
	if f.certificate == "" && slices.Contains(names, "tls") {
		if o.Certificate, err = selfSigned(listen.Addr(), time.Now()); err != nil {
			return err
		}
	}
	open(o)
	return errors.Join(f.demand(o), flagFaults(append(o.SIP.Check(), a.Check()...)))
}

// flagFaults says the faults of tables in the words of the command line.
func flagFaults(faults []ua.ConfigFault) (err error) {
	for _, fault := range faults {
		err = errors.Join(err, fmt.Errorf("-%s %q: want %s", strings.ReplaceAll(fault.Key, "_", "-"), fault.Text, fault.Want))
	}
	return err
}

// open lets a phone that registers with nobody, and knows no caller's password, take calls from anybody.
func open(o *phone.Options) {
	if len(o.Callers) == 0 && !slices.ContainsFunc(o.Accounts, func(a ua.Account) bool { return a.Registrar != "" }) {
		o.SIP.Allow = []string{"0.0.0.0/0", "::/0"}
	}
}

// parseListen reads an address with or without a port.
func parseListen(text string) (netip.AddrPort, error) {
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a, nil
	}
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return netip.AddrPortFrom(a, sipPort), nil
	}
	return netip.AddrPort{}, fmt.Errorf("-listen %q: want an IP address with or without a port, such as 192.168.178.20:5060 or [::1]:5060", text)
}

// ownAOR is for a phone that was given none: RFC 3323 §4.1.1.3 has the host anonymous.invalid for one that has no name.
func ownAOR(a netip.Addr) string {
	switch {
	case a.IsUnspecified():
		return "sip:phone@anonymous.invalid"
	case a.Is6() && !a.Is4In6():
		return fmt.Sprintf("sip:phone@[%s]", a.WithZone(""))
	}
	return fmt.Sprintf("sip:phone@%s", a.Unmap())
}

// transports reads -transport.
func (f *phoneFlags) transports() (names []string, err error) {
	for name := range strings.SplitSeq(f.transport, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case !slices.Contains([]string{"udp", "tcp", "tls"}, name):
			err = errors.Join(err, fmt.Errorf("-transport %q: want udp, tcp and tls, or some of them, not %q", f.transport, name))
		case !slices.Contains(names, name):
			names = append(names, name)
		}
	}
	return names, err
}

// set tells whether a flag was given.
func set(flags *flag.FlagSet, name string) (found bool) {
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}
