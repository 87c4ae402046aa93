package slipway

import (
	"strings"
	"testing"
)

func TestWhatAnAuthorGotWrongIsToldInWords(t *testing.T) {
	type nameless struct{ Message string }
	render := func(App, none, Facts) (Objects, error) { return NewObjects(), nil }
	step := func(Step[none]) (Decision, error) { return Done(), nil }
	fine := Blueprint[none]{Name: "page", Version: "0.1.0", Render: render}
	anonymous, idle := fine, fine
	anonymous.Version, idle.Render = " ", nil
	for _, it := range []struct {
		plugin Plugin
		words  string
	}{
		{fine, ""},
		{Control[none]{Name: "page", Version: "0.1.0", Step: step}, ""},
		{nil, "no plugin is exported"},
		{anonymous, "Version"},
		{idle, "no Render"},
		{UpdateChecker[none]{Name: "page", Version: "0.1.0"}, "no Check"},
		{Control[nameless]{Name: "page", Version: "0.1.0", Step: func(Step[nameless]) (Decision, error) { return Done(), nil }}, "Message"},
	} {
		_, err := introduced(it.plugin)
		if (err == nil) != (it.words == "") || err != nil && !strings.Contains(err.Error(), it.words) {
			t.Errorf("%v, and not %q", err, it.words)
		}
	}
}

func TestOptionalPiecesAreThoseThatABlueprintHas(t *testing.T) {
	plugin := Blueprint[none]{
		Name: "page", Version: "0.1.0",
		Render:  func(App, none, Facts) (Objects, error) { return NewObjects(), nil },
		Suggest: func(string, Object) []string { return nil },
	}
	about, err := introduced(plugin)
	if err != nil || len(about.Pieces) != 1 || about.Pieces[0] != "suggest" {
		t.Errorf("%v %v", about.Pieces, err)
	}
	if text := written(about.Manifest); !strings.Contains(text, `"world":"slipway:plugin/blueprint@1.0.0","id":"page"`) {
		t.Error(text)
	}
}
