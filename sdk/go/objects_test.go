package slipway

import (
	"reflect"
	"testing"
)

func TestTheBlueprintHelloWebComesOutAsInRust(t *testing.T) {
	container := NewContainer("web", "slipway.local/hello-app:1.0.0").
		Env("GREETING", "Ahoy").
		Env("PORT", "8080").
		EnvFromField("POD_NAME", "metadata.name").
		EnvSecret("ACCESS_CODE", &SecretRef{"web.secrets.slipway.dev", "accessCode.1"}).
		Env("MODE", "quiet").
		Port("http", 8080).
		ReadyAt("/healthz", "http").
		LingerSeconds(5).
		Memory(2048, 16).
		CPU(10)
	objects := NewObjects().
		With(NewDeployment("web", NewPod(container)).Replicas(3)).
		With(NewService("web").Port(80, "http")).
		WithSome(NewIngress("web", []string{"web.shop.localhost"}, "web", 80))
	golden := golden[struct{ Objects any }](t, "hello-web.json")
	if made := plainly(t, written(objects.All())); !reflect.DeepEqual(made, golden.Objects) {
		t.Errorf("%s", written(objects.All()))
	}
}

func TestABuilderIsNotChangedByWhatIsBuiltOnIt(t *testing.T) {
	base := NewContainer("a", "b").Env("X", "1")
	one, two := base.Env("Y", "2"), base.LiveAt("/", "http").EnvFromSecret("Z", "s", "k")
	for _, it := range []struct {
		container Container
		names     []string
	}{{base, []string{"X"}}, {one, []string{"X", "Y"}}, {two, []string{"X", "Z"}}} {
		env, _ := At(it.container.JSON(), "/env").([]any)
		names := []string{}
		for _, variable := range env {
			names = append(names, TextAt(variable, "/name"))
		}
		if !reflect.DeepEqual(names, it.names) {
			t.Errorf("%v, and not %v", names, it.names)
		}
	}
	if At(base.JSON(), "/livenessProbe") != nil {
		t.Error("the base has a probe")
	}
}

func TestSettingsAndVolumesAreWhatKubernetesReads(t *testing.T) {
	for _, it := range []struct {
		object        Built
		pointer, text string
	}{
		{NewConfigMap("a").Entry("x/y", "1"), "/data/x~1y", "1"},
		{NewSecret("a").Entry("k", "v"), "/stringData/k", "v"},
		{NewSecret("a"), "/type", "Opaque"},
		{NewVolumeClaim("a", 2048), "/spec/resources/requests/storage", "2Gi"},
		{NewVolumeClaim("a", 100), "/spec/resources/requests/storage", "100Mi"},
		{NewContainer("a", "b").CPU(2000), "/resources/requests/cpu", "2"},
		{NewContainer("a", "b").CPU(1500), "/resources/requests/cpu", "1500m"},
	} {
		if text := TextAt(it.object.JSON(), it.pointer); text != it.text {
			t.Errorf("%s is %q, and not %q", it.pointer, text, it.text)
		}
	}
}

func TestWhereNothingIsFilledInOrAskedForNothingIsMade(t *testing.T) {
	if made := NewObjects().WithSome(NewIngress("a", nil, "a", 80)).WithSome(nil).All(); len(made) != 0 {
		t.Errorf("%v", made)
	}
	bare := NewContainer("a", "b")
	for _, secret := range []*SecretRef{nil, {}} {
		if made := bare.EnvSecret("X", secret); !reflect.DeepEqual(made, bare) {
			t.Errorf("%v", made)
		}
	}
}

func TestAURLNamesAPortOnlyWhereItMust(t *testing.T) {
	for url, facts := range map[string]Object{
		"http://a.example/":      {},
		"http://a.example:8080/": {"ingressPort": 8080},
		"https://a.example/":     {"ingressPort": 443, "ingressScheme": "https"},
	} {
		if made := NewFacts(facts).URL("a.example"); made != url {
			t.Errorf("%s, and not %s", made, url)
		}
	}
}

func TestTextStaysAsItIsMeant(t *testing.T) {
	if text := written(Object{"a": "x < y & z"}); text != `{"a":"x < y & z"}` {
		t.Error(text)
	}
	if number := written(parsed(`{"a": 9007199254740993}`)); number != `{"a":9007199254740993}` {
		t.Error(number)
	}
}
