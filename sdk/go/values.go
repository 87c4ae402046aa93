package slipway

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// The values as a plugin sees them: what is sent, and where something is left out or null, what the form starts from.
func read[V any](start V, text string) (V, error) {
	err := readInto(reflect.ValueOf(&start).Elem(), []byte(text), "")
	return start, err
}

// The host checks values by the schema first, so a mismatch means that somebody called without it.
func readInto(into reflect.Value, text json.RawMessage, where string) error {
	if string(text) == "null" {
		return nil
	}
	kind := into.Type()
	if kind == secretType {
		return fit(json.Unmarshal(text, into.Addr().Interface()), where)
	}
	switch kind.Kind() {
	case reflect.Struct:
		return readStruct(into, text, where)
	case reflect.Pointer:
		value := reflect.New(kind.Elem())
		into.Set(value)
		return readInto(value.Elem(), text, where)
	case reflect.Slice:
		var entries []json.RawMessage
		if err := fit(json.Unmarshal(text, &entries), where); err != nil {
			return err
		}
		list := reflect.MakeSlice(kind, len(entries), len(entries))
		for index, entry := range entries {
			if err := readInto(list.Index(index), entry, where+Pointer(strconv.Itoa(index))); err != nil {
				return err
			}
		}
		into.Set(list)
		return nil
	case reflect.Map:
		return readMap(into, text, where)
	default:
		return fit(json.Unmarshal(text, into.Addr().Interface()), where)
	}
}

func readStruct(into reflect.Value, text json.RawMessage, where string) error {
	var words map[string]json.RawMessage
	if err := fit(json.Unmarshal(text, &words), where); err != nil {
		return err
	}
	for _, field := range fieldsOf(into.Type()) {
		if word, is := words[field.name]; is {
			if err := readInto(into.FieldByIndex(field.Index), word, where+Pointer(field.name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func readMap(into reflect.Value, text json.RawMessage, where string) error {
	var words map[string]json.RawMessage
	if err := fit(json.Unmarshal(text, &words), where); err != nil {
		return err
	}
	kind := into.Type()
	entries := reflect.MakeMapWithSize(kind, len(words))
	for name, word := range words {
		entry := reflect.New(kind.Elem()).Elem()
		if err := readInto(entry, word, where+Pointer(name)); err != nil {
			return err
		}
		entries.SetMapIndex(reflect.ValueOf(name).Convert(kind.Key()), entry)
	}
	into.Set(entries)
	return nil
}

func fit(err error, where string) error {
	if err != nil {
		return Invalid("The value does not fit the form.").At(where)
	}
	return nil
}
