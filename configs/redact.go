package configs

import (
	"bytes"
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// hiddenValue stands where a secret was.
const hiddenValue = "***"

// Redacted is the configuration without its secrets and without its comments, for others to read, and the texts that were
// left out, none of which may be shown elsewhere either. What no table knows may be a password whose key is mistyped: it is
// left out too, and so is what is no TOML. Names for logging in go with the secrets unless keepNames is set.
func (f Files) Redacted(keepNames bool) (text []byte, secrets []string, err error) {
	r := redactor{keepNames: keepNames}
	data := r.read(f.Path, f.Text)
	if f.Secrets != nil {
		r.table(r.read(SecretsPath(f.Path), f.Secrets), reflect.ValueOf(tables{}))
	}
	r.table(data, reflect.ValueOf(tables{}))
	var out bytes.Buffer
	if err := toml.NewEncoder(&out).Encode(data); err != nil {
		return nil, nil, fmt.Errorf("%s: it cannot be written without its secrets: %w", f.Path, err)
	}
	slices.Sort(r.secrets)
	return out.Bytes(), slices.Compact(r.secrets), nil
}

type redactor struct {
	keepNames bool
	secrets   []string
}

// read reads a text as far as it is TOML. What stands on its other lines counts as secret.
func (r *redactor) read(name string, text []byte) map[string]any {
	source := newSource(name, withoutMark(text))
	data, faults := parse(source)
	if !faults.lost {
		return data
	}
	for n := range source.lines {
		if line := source.line(n + 1); secretLine(line) {
			_, value, _ := strings.Cut(line, "=")
			r.secret(strings.Trim(strings.TrimSpace(value), `"'`))
		}
	}
	if data == nil {
		data = map[string]any{}
	}
	return data
}

func (r *redactor) secret(text string) {
	if text != "" && text != "true" && text != "false" {
		r.secrets = append(r.secrets, text)
	}
}

// leaves takes every value below one as a secret.
func (r *redactor) leaves(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			r.leaves(e)
		}
	case []map[string]any:
		for _, e := range v {
			r.leaves(e)
		}
	case []any:
		for _, e := range v {
			r.leaves(e)
		}
	default:
		r.secret(fmt.Sprint(v))
	}
}

// table redacts what was read for a struct.
func (r *redactor) table(data map[string]any, known reflect.Value) {
	keys := fields(known)
	for key, value := range data {
		field, ok := keys[key]
		if !ok || secretKey(key) || hides(field.Type()) || key == "username" && !r.keepNames {
			r.leaves(value)
			data[key] = hiddenValue
			continue
		}
		data[key] = r.value(value, field.Type())
	}
}

// value redacts a value of a key that is known.
func (r *redactor) value(value any, known reflect.Type) any {
	if all, ok := tablesOf(value); ok && known.Kind() == reflect.Slice && known.Elem().Kind() == reflect.Struct {
		for _, t := range all {
			r.table(t, reflect.Zero(known.Elem()))
		}
		return all
	}
	switch v := value.(type) {
	case map[string]any:
		if known.Kind() == reflect.Struct {
			r.table(v, reflect.Zero(known))
			return v
		}
		for key := range v {
			v[key] = r.value(v[key], reflect.TypeFor[string]())
		}
	case []any:
		for i := range v {
			v[i] = r.value(v[i], reflect.TypeFor[string]())
		}
	case []map[string]any: // a table where none belongs
		r.leaves(v)
		return hiddenValue
	case string:
		return r.address(v)
	}
	return value
}

// address takes the passwords out of the URIs in a text.
func (r *redactor) address(text string) string {
	var out strings.Builder
	for {
		from, to := passwordIn(text)
		if from < 0 {
			return out.String() + text
		}
		r.secret(text[from:to])
		out.WriteString(text[:from] + hiddenValue)
		text = text[to:]
	}
}

// passwordIn finds the first password of a URI in a text, between "scheme:user:" or "scheme://user:" and "@" (RFC 3261 §19.1.1,
// RFC 3986 §3.2.1); -1 if there is none.
func passwordIn(text string) (from, to int) {
	for i := range len(text) {
		user := afterScheme(text, i)
		if user < 0 {
			continue
		}
		from := until(text, user, ':')
		if to := until(text, from+1, '@'); from >= 0 && to > from+1 {
			return from + 1, to
		}
	}
	return -1, -1
}

// afterScheme is where the user of a URI begins whose scheme ends at i; -1 if none does.
func afterScheme(text string, i int) int {
	const sips = len("sips")
	before := strings.ToLower(text[max(0, i-sips):i])
	switch {
	case strings.HasPrefix(text[i:], "://"):
		return i + len("://")
	case text[i] == ':' && (strings.HasSuffix(before, "sip") || before == "sips"):
		return i + 1
	}
	return -1
}

// until is where an octet ends what begins at from: a part of a URI, without spaces and, before ':', without '@' and '/'. -1 if
// something else ends it.
func until(text string, from int, end byte) int {
	stop := " \t\r\n\f@"
	if end == ':' {
		stop += ":/"
	}
	if n := strings.IndexAny(text[from:], stop); n >= 0 && text[from+n] == end {
		return from + n
	}
	return -1
}

// hides tells whether a type shows nothing of itself.
func hides(t reflect.Type) bool {
	if t.Kind() != reflect.String {
		return false
	}
	v := reflect.New(t).Elem()
	v.SetString("shown")
	m, ok := v.Interface().(encoding.TextMarshaler)
	if !ok {
		return false
	}
	text, err := m.MarshalText()
	return err != nil || string(text) == hiddenValue
}
