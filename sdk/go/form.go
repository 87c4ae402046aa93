package slipway

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// A form is a struct: its JSON Schema (2020-12) follows from the fields and their tags, what it starts from from a value of
// it. README.md has the table of tags.
type form struct {
	schema ordered
	// What the form starts from; nil only where somebody must fill it in.
	start any
}

var secretType = reflect.TypeFor[SecretRef]()

// Anything that cannot be a form is a mistake of the author's, told when the plugin is built.
func formOf(value reflect.Value) form {
	if value.Kind() != reflect.Struct {
		panic(fmt.Sprintf("a form is a struct, and %s is none", value.Type()))
	}
	return formOfStruct(value)
}

func formOfStruct(value reflect.Value) form {
	properties, start := ordered{}, ordered{}
	required := []string{}
	for _, field := range fieldsOf(value.Type()) {
		part := formOfField(value.FieldByIndex(field.Index), field.tags)
		part.describe(field.tags, len(properties)+1)
		properties = append(properties, word{field.name, part.schema})
		start = append(start, word{field.name, part.start})
		if part.start == nil && field.Type == secretType {
			required = append(required, field.name)
		}
	}
	schema := ordered{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}}
	if len(required) > 0 {
		schema = append(schema, word{"required", required})
	}
	return form{schema, start}
}

func formOfField(value reflect.Value, tags tags) form {
	kind := value.Type()
	if kind == secretType {
		words := ordered{{"type", "string"}, {"format", "password"}, {"writeOnly", true}, {"minLength", 1}}
		return form{words.with(tags.limits()), nil}
	}
	switch kind.Kind() {
	case reflect.Struct:
		return formOfStruct(value)
	case reflect.Pointer:
		return optional(formOfField(reflect.New(kind.Elem()).Elem(), tags), value)
	case reflect.Slice:
		items := formOfField(reflect.New(kind.Elem()).Elem(), tags).entry()
		words := ordered{{"type", "array"}, {"items", items}, {"default", started(value, []any{})}}
		return form{words.with(tags.whole("maxItems")), started(value, []any{})}
	case reflect.Map:
		entries := formOfField(reflect.New(kind.Elem()).Elem(), tags).entry()
		words := ordered{{"type", "object"}, {"additionalProperties", entries}, {"default", started(value, Object{})}}
		return form{words, started(value, Object{})}
	default:
		words := ordered{{"type", plain(kind, tags)}, {"default", value.Interface()}}
		return form{words.with(tags.limits()), value.Interface()}
	}
}

func plain(kind reflect.Type, tags tags) string {
	switch {
	case kind.Kind() == reflect.String:
		return "string"
	case kind.Kind() == reflect.Bool:
		return "boolean"
	case reflect.Zero(kind).CanInt(), reflect.Zero(kind).CanUint():
		return "integer"
	case reflect.Zero(kind).CanFloat():
		return "number"
	default:
		panic(fmt.Sprintf("%s cannot be in a form: %s", tags.field, kind))
	}
}

// A field that may be left empty: null, then.
func optional(of form, value reflect.Value) form {
	var start any
	if !value.IsNil() {
		start = value.Interface()
	}
	words := ordered{}
	for _, it := range of.schema {
		switch it.name {
		case "type":
			it.value = []any{it.value, "null"}
		case "enum":
			it.value = append(it.value.([]any), nil)
		case "default":
			continue
		}
		words = append(words, it)
	}
	return form{append(words, word{"default", start}), start}
}

// An entry of a list or a map has no default of its own: there is none at first.
func (f form) entry() ordered {
	words := ordered{}
	for _, it := range f.schema {
		if it.name != "default" {
			words = append(words, it)
		}
	}
	return words
}

func started(value reflect.Value, none any) any {
	if value.Len() == 0 {
		return none
	}
	return value.Interface()
}

// What people read of a field, and what it is for. Words of ours go into x-slipway; order, because many readers of JSON lose
// that of properties.
func (f *form) describe(tags tags, order int) {
	f.schema = f.schema.with(tags.text("title"), tags.text2("doc", "description"))
	ours := ordered{}.with(tags.text("role"), tags.yes("advanced"), tags.text("unit"))
	f.schema = append(f.schema, word{"x-slipway", append(ours, word{"order", order})})
}

// Words that are there.
func (o ordered) with(words ...word) ordered {
	for _, it := range words {
		if several, is := it.value.(ordered); is && it.name == "" {
			o = o.with(several...)
		} else if it.value != nil {
			o = append(o, it)
		}
	}
	return o
}

type formField struct {
	reflect.StructField
	name string
	tags tags
}

func fieldsOf(kind reflect.Type) []formField {
	fields := []formField{}
	for _, field := range reflect.VisibleFields(kind) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported() || field.Anonymous || len(field.Index) > 1:
		case name == "":
			panic(fmt.Sprintf("the field %s of %s has no name in the form: give it a tag json:\"...\"", field.Name, kind))
		default:
			fields = append(fields, formField{field, name, tags{kind.Name() + "." + field.Name, field.Tag}})
		}
	}
	return fields
}

// The tags of a field. Limits on a list or a map are those of its entries.
type tags struct {
	field string
	reflect.StructTag
}

func (t tags) limits() word {
	return word{"", ordered{}.with(
		t.whole("minLength"), t.whole("maxLength"), t.text("pattern"), t.number("minimum"), t.number("maximum"), t.words("enum"),
	)}
}

func (t tags) text(name string) word {
	return t.text2(name, name)
}

func (t tags) text2(tag, name string) word {
	if text, is := t.Lookup(tag); is {
		return word{name, text}
	}
	return word{name, nil}
}

func (t tags) yes(name string) word {
	if text, is := t.Lookup(name); is {
		yes, err := strconv.ParseBool(text)
		t.must(err, name)
		return word{name, yes}
	}
	return word{name, nil}
}

func (t tags) whole(name string) word {
	if text, is := t.Lookup(name); is {
		number, err := strconv.Atoi(text)
		t.must(err, name)
		return word{name, number}
	}
	return word{name, nil}
}

func (t tags) number(name string) word {
	if text, is := t.Lookup(name); is {
		number, err := strconv.ParseFloat(text, 64)
		t.must(err, name)
		return word{name, number}
	}
	return word{name, nil}
}

func (t tags) words(name string) word {
	if text, is := t.Lookup(name); is {
		words := []any{}
		for _, it := range strings.Split(text, ",") {
			words = append(words, it)
		}
		return word{name, words}
	}
	return word{name, nil}
}

func (t tags) must(err error, name string) {
	if err != nil {
		panic(fmt.Sprintf("%s: the tag %s:%q is not what it must be: %s", t.field, name, t.Get(name), err))
	}
}
