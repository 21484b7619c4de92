package configs

import (
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// merge puts what the file of secrets says into the tables of the configuration: each of its elements into the one of the same
// name. Its keys keep their places in it, for the faults.
func merge(l *faultList, into map[string]any, from source) {
	data, secrets := parse(from)
	l.found = append(l.found, secrets.found...)
	l.lost = l.lost || secrets.lost
	if into == nil {
		return
	}
	m := merger{faultList: l, from: from, places: secrets.places, moved: map[string]string{}}
	for _, table := range slices.Sorted(maps.Keys(data)) {
		m.table(into, table, data[table])
	}
	m.movePlaces()
}

type merger struct {
	*faultList
	from   source
	places index             // in the file of secrets
	moved  map[string]string // its paths, as those of the whole: "door.0" is "door.2"
}

// fault notes a fault at a path of the file of secrets.
func (m *merger) fault(path, want, text string, a ...any) {
	p := m.places.near(path)
	p.in = &m.from
	m.add("secrets "+path, p, p.key, want, text, a...)
}

// table takes in one [[table]].
func (m *merger) table(into map[string]any, name string, from any) {
	names := secretTables()
	if names[name] == "" {
		m.fault(name, "the tables for secrets are "+strings.Join(slices.Sorted(maps.Keys(names)), ", "),
			"%q is no table for secrets", brief(name))
		return
	}
	elements, ok := tablesOf(from)
	if !ok {
		m.fault(name, "write each as a table with two brackets: [["+name+"]]", "%q must be a repeated table", name)
		return
	}
	whole, ok := tablesOf(into[name])
	if !ok && into[name] != nil {
		return // a fault of the configuration itself
	}
	for i, e := range elements {
		whole = m.element(whole, join(name, strconv.Itoa(i)), e)
	}
	into[name] = whole
}

// element takes in one element of a table, which is of the name that it says; what a door is wired to and whom an account
// belongs to is for the configuration itself.
func (m *merger) element(whole []map[string]any, path string, e map[string]any) []map[string]any {
	table, _, _ := strings.Cut(path, ".")
	key := secretTables()[table]
	at := slices.IndexFunc(whole, func(w map[string]any) bool { return sameText(w[key], e[key]) })
	if at < 0 {
		if table == "door" || table == "account" {
			m.fault(path, "give it the "+key+" that it has there", "this %s is not in %s", table, filepath.Base(m.source.name))
			return whole
		}
		m.moved[path] = join(table, strconv.Itoa(len(whole)))
		return append(whole, e)
	}
	m.moved[path] = join(table, strconv.Itoa(at))
	for k, v := range e {
		if _, twice := whole[at][k]; twice && k != key {
			m.fault(join(path, k), "leave it in one of the two files", "%s is in %s too", brief(k), filepath.Base(m.source.name))
			continue
		}
		whole[at][k] = v
	}
	return whole
}

// sameText tells whether two names are one; none at all is a name too, of the one account that needs none.
func sameText(a, b any) bool {
	text, ok := a.(string)
	other, ok2 := b.(string)
	return (ok || a == nil) && (ok2 || b == nil) && text == other
}

// movePlaces lets the whole know where the keys stand that came in. What both files have keeps the place in the
// configuration itself.
func (m *merger) movePlaces() {
	for path, p := range m.places {
		parts := strings.SplitN(path, ".", 3)
		if len(parts) < 2 {
			continue
		}
		to, ok := m.moved[join(parts[0], parts[1])]
		if !ok {
			continue
		}
		if len(parts) == 3 {
			to = join(to, parts[2])
		}
		p.in = &m.from
		if _, taken := m.faultList.places[to]; !taken {
			m.faultList.places[to] = p
		}
	}
}

// secretTables are the repeated tables that can hold a secret, each with the key that tells its elements apart.
func secretTables() map[string]string {
	names := map[string]string{}
	for name, table := range fields(reflect.ValueOf(tables{})) {
		if table.Kind() != reflect.Slice || !holdsSecret(table) {
			continue
		}
		keys := fields(reflect.Zero(table.Type().Elem()))
		for _, key := range []string{"username", "name", "person"} {
			if _, ok := keys[key]; ok {
				names[name] = key
			}
		}
	}
	return names
}

func holdsSecret(v reflect.Value) bool {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct {
		v = reflect.Zero(v.Type().Elem())
	}
	if v.Kind() != reflect.Struct {
		return false
	}
	for key, field := range fields(v) {
		if secretKey(key) || holdsSecret(field) {
			return true
		}
	}
	return false
}
