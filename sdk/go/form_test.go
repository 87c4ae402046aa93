package slipway

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

type outer struct {
	Zebra    string               `json:"zebra" title:"Zebra" doc:"What it says." minLength:"1" maxLength:"9" pattern:"^[a-z]+$"`
	Ape      string               `json:"ape" role:"image"`
	Password SecretRef            `json:"password"`
	Token    *SecretRef           `json:"token" minLength:"8"`
	More     map[string]SecretRef `json:"more" advanced:"true"`
	Colour   string               `json:"colour" enum:"red,green"`
	Shade    *string              `json:"shade" enum:"light,dark"`
	Amounts  []float64            `json:"amounts" minimum:"0" maxItems:"3"`
	Size     uint32               `json:"size" minimum:"1" maximum:"10" unit:"MiB"`
	Inner    inner                `json:"inner" title:"Inner"`
}

type inner struct {
	Second int  `json:"second"`
	First  bool `json:"first"`
}

var start = outer{Zebra: "z", Ape: "a", Colour: "red", Size: 5, Inner: inner{Second: 2, First: true}}

// What the other languages make of the same, in sdk/golden.
func golden[T any](t *testing.T, file string) (golden T) {
	t.Helper()
	text, err := os.ReadFile("../golden/" + file)
	if err == nil {
		err = json.Unmarshal(text, &golden)
	}
	if err != nil {
		t.Fatal(err)
	}
	return golden
}

func plainly(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestAFormOfEveryKindOfFieldComesOutAsInTheOtherLanguages(t *testing.T) {
	golden := golden[struct{ Schema, Start any }](t, "form.json")
	schema, defaults := schemaAndStart(start)
	if !reflect.DeepEqual(plainly(t, schema), golden.Schema) {
		t.Errorf("the schema is\n%s", schema)
	}
	if !reflect.DeepEqual(plainly(t, defaults), golden.Start) {
		t.Errorf("it starts from\n%s", defaults)
	}
}

func TestWhatIsLeftOutIsReadAsItsDefaultAndSecretsAsReferences(t *testing.T) {
	sent := `{"password": {"secretKeyRef": {"name": "s", "key": "password.1"}}, "inner": {"second": 3}, "shade": "dark", "zebra": null}`
	values, err := read(start, sent)
	if err != nil {
		t.Fatal(err)
	}
	if values.Zebra != "z" || values.Inner != (inner{3, true}) || values.Token != nil || *values.Shade != "dark" {
		t.Errorf("%+v", values)
	}
	if values.Password.Key != "password.1" {
		t.Errorf("%+v", values.Password)
	}
}

func TestDefaultsAreNotChangedByWhatIsRead(t *testing.T) {
	type lists struct {
		Words map[string]string `json:"words"`
		Names []string          `json:"names"`
	}
	before := lists{Words: map[string]string{"a": "1"}, Names: []string{"x"}}
	values, err := read(before, `{"words": {"b": "2"}, "names": ["y", "z"]}`)
	if err != nil || len(values.Words) != 1 || values.Names[0] != "y" {
		t.Errorf("%+v %v", values, err)
	}
	if len(before.Words) != 1 || before.Words["a"] != "1" || before.Names[0] != "x" {
		t.Errorf("%+v", before)
	}
}

func TestAValueOfAnotherKindIsToldAtItsPlace(t *testing.T) {
	for sent, field := range map[string]string{
		`{"zebra": 1}`:                "/zebra",
		`{"inner": {"first": "yes"}}`: "/inner/first",
		`{"amounts": [1, "two"]}`:     "/amounts/1",
		`{"more": []}`:                "/more",
		`{"size": -1}`:                "/size",
	} {
		_, err := read(start, sent)
		if failure, is := err.(Failure); !is || failure.Code != "invalid-values" || failure.Field != field {
			t.Errorf("%s: %v", sent, err)
		}
	}
}

func TestWhatCannotBeAFormIsNamed(t *testing.T) {
	for _, wrong := range []any{
		struct{ Nameless string }{},
		struct {
			Limit string `json:"limit" minLength:"many"`
		}{},
		struct {
			Channel chan int `json:"channel"`
		}{},
		"no struct",
	} {
		func() {
			defer func() {
				if said, is := recover().(string); !is || said == "" {
					t.Errorf("%T makes a form", wrong)
				}
			}()
			schemaAndStart(wrong)
		}()
	}
}
