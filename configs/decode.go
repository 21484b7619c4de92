package configs

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// decoder carries values from a parsed file into the tables. Unlike a decoder that stops at the first fault it goes on:
// what is wrong keeps its default and is noted.
type decoder struct {
	*faultList
	homes map[string]string // each key of the tables, and a table that it stands in
}

// table fills the fields of a struct, which together are one table.
func (d *decoder) table(into reflect.Value, from map[string]any, path string) {
	known := fields(into)
	for _, key := range slices.Sorted(maps.Keys(from)) {
		where := join(path, key)
		if field, ok := known[key]; ok {
			d.set(field, from[key], where)
			continue
		}
		d.unknown(key, where, path, slices.Sorted(maps.Keys(known)))
	}
}

// unknown refuses a key: a setting that is silently without effect is worse than none.
func (d *decoder) unknown(key, where, table string, known []string) {
	want := "the keys are " + strings.Join(known, ", ")
	if near := nearest(key, known); near != "" {
		want = fmt.Sprintf("did you mean %q?", near)
	} else if home := d.homes[key]; home != "" {
		want = fmt.Sprintf("it belongs in %s", home)
	}
	in := "the file"
	if table != "" {
		in = "[" + tableName(table) + "]"
	}
	d.key(where, want, "%q is unknown in %s", brief(key), in)
}

// set carries one value, whatever its type.
func (d *decoder) set(into reflect.Value, from any, path string) {
	if into.Type() == reflect.TypeFor[time.Duration]() {
		d.duration(into, from, path)
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		d.oneTable(into, from, path)
	case reflect.Slice:
		if into.Type().Elem().Kind() == reflect.Struct {
			d.repeated(into, from, path)
		} else {
			d.list(into, from, path)
		}
	case reflect.Map:
		d.names(into, from, path)
	case reflect.String:
		d.text(into, from, path)
	case reflect.Bool:
		if b, ok := from.(bool); ok {
			into.SetBool(b)
		} else {
			d.wrong(from, path, "write true or false")
		}
	case reflect.Int:
		if n, ok := from.(int64); ok && int64(int(n)) == n {
			into.SetInt(n)
		} else {
			d.wrong(from, path, "write a whole number, without quotes")
		}
	case reflect.Float64:
		d.number(into, from, path)
	default:
		panic(fmt.Sprintf("configs: %s has a type that no file can hold: %s", path, into.Type()))
	}
}

func (d *decoder) oneTable(into reflect.Value, from any, path string) {
	table, ok := from.(map[string]any)
	if !ok {
		d.wrong(from, path, fmt.Sprintf("write it as a table: [%s]", tableName(path)))
		return
	}
	d.table(into, table, path)
}

// repeated fills a [[table]], each element from its own defaults.
func (d *decoder) repeated(into reflect.Value, from any, path string) {
	tables, ok := tablesOf(from)
	if !ok {
		d.wrong(from, path, fmt.Sprintf("write each as a table with two brackets: [[%s]]", tableName(path)))
		return
	}
	all := reflect.MakeSlice(into.Type(), len(tables), len(tables))
	for i, t := range tables {
		preset(all.Index(i).Addr().Interface())
		d.table(all.Index(i), t, join(path, strconv.Itoa(i)))
	}
	into.Set(all)
}

// tablesOf takes [[table]] and table = [{…}] alike.
func tablesOf(from any) ([]map[string]any, bool) {
	switch from := from.(type) {
	case []map[string]any:
		return from, true
	case []any:
		var tables []map[string]any
		for _, e := range from {
			t, ok := e.(map[string]any)
			if !ok {
				return nil, false
			}
			tables = append(tables, t)
		}
		return tables, true
	}
	return nil, false
}

func (d *decoder) list(into reflect.Value, from any, path string) {
	elements, ok := from.([]any)
	if !ok {
		want := `write a list: ["…", "…"]`
		if s, isText := from.(string); isText && !secret(path) {
			want = "write a list: " + asList(s)
		}
		d.wrong(from, path, want)
		return
	}
	all := reflect.MakeSlice(into.Type(), len(elements), len(elements))
	for i, e := range elements {
		d.set(all.Index(i), e, join(path, strconv.Itoa(i)))
	}
	into.Set(all)
}

// asList is how several things that are written in one text, with commas between them, are written as a list.
func asList(text string) string {
	var all []string
	for part := range strings.SplitSeq(brief(text), ",") {
		all = append(all, strconv.Quote(strings.TrimSpace(part)))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// names fills a table whose keys are names of the user's choice.
func (d *decoder) names(into reflect.Value, from any, path string) {
	table, ok := from.(map[string]any)
	if !ok {
		d.wrong(from, path, fmt.Sprintf("write it as a table: [%s]", tableName(path)))
		return
	}
	all := reflect.MakeMap(into.Type())
	for _, name := range slices.Sorted(maps.Keys(table)) {
		value := reflect.New(into.Type().Elem()).Elem()
		d.set(value, table[name], join(path, name))
		all.SetMapIndex(reflect.ValueOf(name), value)
	}
	into.Set(all)
}

func (d *decoder) text(into reflect.Value, from any, path string) {
	if s, ok := from.(string); ok {
		into.SetString(s)
		return
	}
	want := "write it in quotes"
	if place, ok := d.places[path]; ok && !secret(path) && scalar(from) {
		want = fmt.Sprintf("write it in quotes: %q", d.of(place).quotable(place.value, place.end))
	}
	d.wrong(from, path, want)
}

func (d *decoder) number(into reflect.Value, from any, path string) {
	switch n := from.(type) {
	case float64:
		into.SetFloat(n)
	case int64:
		into.SetFloat(float64(n))
	default:
		d.wrong(from, path, "write a number, without quotes")
	}
}

// duration takes "3s". A bare number could be seconds or milliseconds: it is refused with the way to say which.
func (d *decoder) duration(into reflect.Value, from any, path string) {
	switch v := from.(type) {
	case int64:
		d.wrong(from, path, fmt.Sprintf(`write "%ds"`, v))
	case float64:
		d.wrong(from, path, fmt.Sprintf(`write "%ss"`, strconv.FormatFloat(v, 'f', -1, 64)))
	case string:
		length, err := time.ParseDuration(v)
		switch {
		case err == nil && length >= 0:
			into.SetInt(int64(length))
		case plainNumber(v):
			d.wrong(from, path, fmt.Sprintf("write %q", v+"s"))
		default:
			d.wrong(from, path, `write a time such as "500ms", "3s" or "2m"`)
		}
	default:
		d.wrong(from, path, `write a time such as "500ms", "3s" or "2m"`)
	}
}

func plainNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}

// wrong says that the value at path is of a type, or in a form, that its key does not take.
func (d *decoder) wrong(from any, path, want string) {
	place, written := d.places[path]
	shown := kind(from)
	switch {
	case secret(path):
		shown += ` ("***")`
	case written && scalar(from):
		shown += " " + d.of(place).quotable(place.value, place.end)
	}
	d.value(path, want, "%s cannot be %s", brief(keyName(path)), shown)
}

func scalar(v any) bool {
	switch v.(type) {
	case map[string]any, []map[string]any, []any:
		return false
	}
	return true
}

func kind(v any) string {
	switch v.(type) {
	case string:
		return "the text"
	case int64, float64:
		return "the number"
	case bool:
		return "the truth value"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	case []map[string]any:
		return "a repeated table"
	}
	return "the date"
}
