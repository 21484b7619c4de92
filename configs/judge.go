package configs

import (
	"fmt"
	"slices"
	"strings"

	"intercom/board"
	"intercom/cmd/intercom/audit"
	"intercom/cmd/intercom/hook"
	"intercom/cmd/intercom/station"
	"intercom/ua"
)

// judge finds what is well written and yet cannot be. Each package judges its own tables; here stands what concerns two
// of them. Recognised is the board that "auto" means.
func judge(l *faultList, t tables, recognised string) {
	c := t.config()
	wiring := c.Board
	if wiring.Model == board.Default().Model && recognised != "" {
		wiring.Model = recognised
	}
	for _, f := range wiring.Check() {
		l.value(f.Path, f.Want, "%s", f.Text)
	}
	for _, f := range c.Station.Check() {
		l.value(f.Path, f.Want, "%s", f.Text)
	}
	if _, err := location(c.Station.TimeZone); err != nil {
		l.value("station.time_zone", `write a name as "Europe/Berlin", which "timedatectl list-timezones" shows`,
			"this system knows no time zone %q", brief(c.Station.TimeZone))
	}
	for _, f := range c.SIP.Check() {
		l.unusable("sip", f.Key, f.Text, f.Want)
	}
	for _, f := range c.RTP.Check() {
		l.unusable("rtp", f.Key, f.Text, f.Want)
	}
	for _, f := range c.Sound.Sound.Check() {
		l.unusable("sound", f.Key, f.Text, f.Want)
	}
	for i, d := range t.Doors {
		if d.OpenDuring != "" && d.Kind != board.Bistable {
			l.value(join(join("door", fmt.Sprint(i)), "open_during"), `write kind = "bistable", if the opener bears it, or leave the line away`,
				"only a bistable door can be held open")
		}
		if d.Light && d.Pulse > station.LongestPulse && d.Kind != board.Bistable {
			l.value(join(join("door", fmt.Sprint(i)), "pulse"), `write kind = "bistable" if this is a light, or a shorter time`,
				"a monostable relay is on for %v at most", station.LongestPulse)
		}
	}
	accounts(l, c.Accounts)
	callers(l, c.Callers)
	hooks(l, c.Hooks)
	targets(l, c)
	prompts(l, c.Sound.Prompts)
	for name := range c.Sound.Volumes {
		isTone(l, join("sound.volumes", name), name)
	}
	state(l, c.State)
	control(l, c.Control)
	if _, ok := logLevels()[t.Log.Level]; !ok {
		l.unusable("log", "level", t.Log.Level, `"debug", "info", "warn" or "error"`)
	}
}

// unusable notes a value that its package refused; of a list, the element.
func (l *faultList) unusable(table, key, text, want string) {
	path := join(table, key)
	for n := 0; ; n++ {
		element := join(path, fmt.Sprint(n))
		p, ok := l.places[element]
		if !ok {
			break
		}
		if unquote(l.of(p).text[p.value:p.end]) == text {
			path = element
			break
		}
	}
	l.value(path, "write "+want, "%s cannot be %q", key, brief(text))
}

func accounts(l *faultList, all []ua.Account) {
	if len(all) == 0 {
		l.value("account", `write an [[account]] with at least aor = "sip:door@…"`, "there is no account: the station is nobody")
	}
	for i, a := range all {
		path := join("account", fmt.Sprint(i))
		for _, f := range a.Check() {
			l.unusable(path, f.Key, f.Text, f.Want)
		}
		switch {
		case a.Name == "" && len(all) > 1:
			l.value(join(path, "name"), "give each its own", "one of several accounts has no name")
		case slices.ContainsFunc(all[:i], func(b ua.Account) bool { return a.Name == b.Name }):
			l.value(join(path, "name"), "give each its own", "%q is the name of another account too", a.Name)
		}
	}
}

func callers(l *faultList, all []ua.Caller) {
	for i, c := range all {
		path := join("caller", fmt.Sprint(i))
		for _, f := range c.Check() {
			l.unusable(path, f.Key, f.Text, f.Want)
		}
		if slices.ContainsFunc(all[:i], func(d ua.Caller) bool { return c.Username == d.Username }) {
			l.value(join(path, "username"), "give each its own", "%q is the name of another caller too", c.Username)
		}
	}
}

// hooks looks at who is told of what; the kinds of events are the rules'.
func hooks(l *faultList, all []hook.Config) {
	kinds := []string{audit.Started, audit.Stopped, audit.Quality}
	for _, k := range station.RecordKinds() {
		kinds = append(kinds, string(k))
	}
	for i, h := range all {
		path := join("hook", fmt.Sprint(i))
		for _, f := range h.Check(kinds) {
			l.value(join(path, f.Key), f.Want, "%s", f.Text)
		}
		if h.Name != "" && slices.ContainsFunc(all[:i], func(o hook.Config) bool { return o.Name == h.Name }) {
			l.value(join(path, "name"), "give each its own", "%q is the name of another hook too", brief(h.Name))
		}
	}
}

// targets looks at whom the buttons and groups call, and as whom.
func targets(l *faultList, c Config) {
	for i, b := range c.Station.Buttons {
		path := join("button", fmt.Sprint(i))
		system := caller(l, path, b.Account, c.Accounts)
		l.callable(join(path, "call"), b.Call, system)
		l.callable(join(path, "long_press"), b.LongPress, system)
		l.callable(join(path, "double_press"), b.DoublePress, system)
		l.callable(join(path, "otherwise"), b.Otherwise, system)
	}
	for i, g := range c.Station.Groups {
		path := join("group", fmt.Sprint(i))
		system := caller(l, path, g.Account, c.Accounts)
		if g.Account == "" { // that of whichever button calls the group
			system = len(c.Accounts) == 0 || slices.ContainsFunc(c.Accounts, func(a ua.Account) bool { return a.Registrar != "" })
		}
		for n, step := range g.Steps {
			l.callable(join(path, fmt.Sprintf("step.%d.call", n)), step.Call, system)
		}
	}
	for i, r := range c.Station.Redirects {
		if r.To != "" && !isURI(r.To) {
			l.value(fmt.Sprintf("redirect.%d.to", i), `write an address such as "sip:20@fritz.box"`, "%q cannot be called", brief(r.To))
		}
	}
}

// caller reports whether bare numbers mean something to the account of that name, and notes where there is none.
func caller(l *faultList, path, name string, all []ua.Account) (system bool) {
	account, ok := accountOf(name, all)
	if !ok && name != "" {
		l.value(join(path, "account"), known(all), "there is no account %q", name)
	}
	return !ok || account.Registrar != ""
}

// callable looks at a list of targets; whether a group is there is for the station to know.
func (l *faultList) callable(path string, list []string, system bool) {
	for n, target := range list {
		if strings.HasPrefix(target, "group:") {
			continue
		}
		if want := targetWant(target, system); want != "" {
			l.value(join(path, fmt.Sprint(n)), want, "%q cannot be called", brief(target))
		}
	}
}

func accountOf(name string, all []ua.Account) (ua.Account, bool) {
	for _, a := range all {
		if name == "" || name == a.Name {
			return a, true
		}
	}
	return ua.Account{}, false
}

func known(all []ua.Account) string {
	var names []string
	for _, a := range all {
		names = append(names, fmt.Sprintf("%q", a.Name))
	}
	if names == nil {
		return "write an [[account]] of this name"
	}
	return "the accounts are " + strings.Join(names, ", ")
}

// Callable says why the station of a configuration cannot call a target; nil if it can.
func Callable(c Config, target string) error {
	account, ok := accountOf("", c.Accounts)
	if want := targetWant(target, ok && account.Registrar != ""); want != "" {
		return fmt.Errorf("%q cannot be called; %s", brief(target), want)
	}
	return nil
}

// targetWant is what would be right in a target's place; empty if it is right. A telephone system knows bare numbers.
func targetWant(target string, system bool) string {
	switch {
	case target == "**9" && system:
		return "name telephones or a group: **9 rings the answering machine of a FRITZ!Box too, which answers first"
	case isURI(target):
		return ""
	case !isUser(target):
		return `write an address such as "sip:11@fritz.box"`
	case !system:
		return fmt.Sprintf("without a registrar the whole address is needed, such as %q", "sip:"+target+"@192.168.1.20")
	}
	return ""
}

// isURI asks the user agent, to which an outbound proxy is an address like any other.
func isURI(target string) bool {
	return len(ua.Account{AOR: "sip:door@localhost", Proxy: target}.Check()) == 0 && target != ""
}

// isUser reports whether a text can stand before the @ of an address as it is.
func isUser(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("*+-._~!", r)
	})
}

// prompts looks at the names of the tones that are to be replaced.
func prompts(l *faultList, all map[string]string) {
	for name, file := range all {
		path := join("sound.prompts", name)
		if isTone(l, path, name) && file == "" {
			l.value(path, "name a WAV file, or leave the line away", "there is no file")
		}
	}
}

// isTone tells whether the station has a tone of that name.
func isTone(l *faultList, path, name string) bool {
	names := station.Tones()
	if slices.Contains(names, name) {
		return true
	}
	want := "the tones are " + strings.Join(names, ", ")
	if near := nearest(name, names); near != "" {
		want = fmt.Sprintf("did you mean %q?", near)
	}
	l.key(path, want, "%q is no tone of the station", brief(name))
	return false
}
