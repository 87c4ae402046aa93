package slipway

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Object is a JSON object: a Kubernetes object, or a part of one. Numbers that come from the host are json.Number, so that
// what goes back is what came.
type Object map[string]any

// JSON is the object itself, so that it stands where a builder does.
func (o Object) JSON() Object {
	return o
}

// At is what a JSON Pointer (RFC 6901) points at; nil where there is nothing.
func At(value any, pointer string) any {
	for _, part := range strings.Split(pointer, "/")[1:] {
		name := strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		if entry, is := asObject(value); is {
			value = entry[name]
			continue
		}
		index, err := strconv.Atoi(name)
		list, is := value.([]any)
		if !is || err != nil || index < 0 || index >= len(list) {
			return nil
		}
		value = list[index]
	}
	return value
}

// TextAt is the text there; empty where there is none.
func TextAt(value any, pointer string) string {
	text, _ := At(value, pointer).(string)
	return text
}

// Pointer is a JSON Pointer to these names, one inside the other.
func Pointer(names ...string) string {
	var text strings.Builder
	for _, name := range names {
		text.WriteByte('/')
		text.WriteString(strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1"))
	}
	return text.String()
}

// Merged is the same with these parts in it: objects are merged, everything else is replaced. Neither is changed.
func Merged(object, parts Object) Object {
	all := make(Object, len(object)+len(parts))
	for name, value := range object {
		all[name] = value
	}
	for name, part := range parts {
		was, isObject := asObject(all[name])
		now, isToo := asObject(part)
		if isObject && isToo {
			all[name] = Merged(was, now)
		} else {
			all[name] = part
		}
	}
	return all
}

// Whoever reads JSON gets plain maps, and whoever builds it writes Objects.
func asObject(value any) (Object, bool) {
	switch object := value.(type) {
	case Object:
		return object, object != nil
	case map[string]any:
		return object, object != nil
	default:
		return nil, false
	}
}

// What the host sends is JSON; anything else counts as nothing said.
func parsed(text string) any {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

func parsedObject(text string) Object {
	object, is := asObject(parsed(text))
	if !is {
		return Object{}
	}
	return object
}

// Written as it is meant: `<` stays `<`. What cannot be written is a mistake of the plugin's, such as a channel in an object.
func written(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("this cannot be written as JSON: " + err.Error())
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// An object that keeps the order of its words, for people who read it.
type ordered []word

type word struct {
	name  string
	value any
}

func (o ordered) MarshalJSON() ([]byte, error) {
	parts := make([]string, len(o))
	for index, word := range o {
		parts[index] = written(word.name) + ":" + written(word.value)
	}
	return []byte("{" + strings.Join(parts, ",") + "}"), nil
}
