package configs

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// secret reports whether the value at a path must not be shown.
func secret(path string) bool { return slices.ContainsFunc(strings.Split(path, "."), secretKey) }

func secretKey(key string) bool {
	return key == "password" || key == "code" || key == "secret" || key == "url"
}

// fields are the keys of a struct's table, those of embedded structs among them. A key of an outer struct hides the same
// key of an embedded one.
func fields(v reflect.Value) map[string]reflect.Value {
	own, below := map[string]reflect.Value{}, map[string]reflect.Value{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key, tagged := f.Tag.Lookup("toml")
		switch {
		case f.Anonymous && !tagged:
			maps.Copy(below, fields(v.Field(i)))
		case tagged && key != "-":
			own[key] = v.Field(i)
		}
	}
	maps.Copy(below, own)
	return below
}

// homes tells for each key in which table it stands.
func homes() map[string]string {
	home := map[string]string{}
	t := tables{}
	for name, table := range fields(reflect.ValueOf(t)) {
		title := "[" + name + "]"
		if table.Kind() == reflect.Slice {
			title, table = "["+title+"]", reflect.Zero(table.Type().Elem())
		}
		for key := range fields(table) {
			if home[key] == "" || title < home[key] {
				home[key] = title
			}
		}
	}
	return home
}

// keyName is a path as a person would say it: "call" for button.0.call and for button.0.call.1.
func keyName(path string) string {
	parts := named(path)
	return parts[len(parts)-1]
}

// tableName is a path without the numbers of repeated tables: "button" for button.0.
func tableName(path string) string { return strings.Join(named(path), ".") }

func named(path string) []string {
	parts := strings.Split(path, ".")
	return append(parts[:1:1], slices.DeleteFunc(parts[1:], plainNumber)...)
}
