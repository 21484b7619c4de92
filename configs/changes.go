package configs

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Changes tells in plain words which keys differ between two configurations that are both good: "ring_time in [station]",
// `code in [[door]] "front"`, `the new [[button]] "side"`. It tells no values.
func Changes(from, to Files) []string {
	a, _ := from.tables()
	b, _ := to.tables()
	var c changes
	c.table(reflect.ValueOf(a), reflect.ValueOf(b), "")
	return c.told
}

type changes struct{ told []string }

func (c *changes) tell(text string, a ...any) { c.told = append(c.told, fmt.Sprintf(text, a...)) }

// table compares two structs key by key; in is how their table is called.
func (c *changes) table(from, to reflect.Value, in string) {
	olds, news := fields(from), fields(to)
	for _, key := range slices.Sorted(maps.Keys(news)) {
		was, is := olds[key], news[key]
		switch {
		case reflect.DeepEqual(was.Interface(), is.Interface()):
		case is.Kind() == reflect.Slice && is.Type().Elem().Kind() == reflect.Struct:
			c.repeated(was, is, "[["+key+"]]")
		case is.Kind() == reflect.Struct && in == "":
			c.table(was, is, "["+key+"]")
		default:
			c.tell("%s in %s", key, in)
		}
	}
}

// repeated compares the elements of the same name.
func (c *changes) repeated(from, to reflect.Value, in string) {
	olds, news := titles(from), titles(to)
	for i, name := range news {
		title := in + " " + name
		if at := slices.Index(olds, name); at >= 0 {
			c.table(from.Index(at), to.Index(i), title)
		} else {
			c.tell("the new %s", title)
		}
	}
	for _, name := range olds {
		if !slices.Contains(news, name) {
			c.tell("%s %s, which is gone", in, name)
		}
	}
	if len(olds) == len(news) && !slices.Equal(olds, news) && !slices.ContainsFunc(news, func(n string) bool { return !slices.Contains(olds, n) }) {
		c.tell("the order of %s", in)
	}
}

// titles are the names of the elements of a repeated table, in quotes.
func titles(tables reflect.Value) []string {
	names := make([]string, tables.Len())
	for i := range names {
		keys := fields(tables.Index(i))
		for _, key := range []string{"username", "name", "person"} {
			if v, ok := keys[key]; ok {
				names[i] = fmt.Sprintf("%q", v.String())
			}
		}
	}
	return names
}
