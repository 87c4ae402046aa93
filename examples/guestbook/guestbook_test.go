package main

import (
	"testing"

	"slipway.dev/slipway"
	"slipway.dev/slipway/slipwaytest"
)

var containers = slipway.NewFacts(slipway.Object{"runtime": "containers"})

func rendered(t *testing.T, filledIn slipway.Object) slipway.Objects {
	t.Helper()
	objects, err := plugin.Render(slipwaytest.App(), slipwaytest.Values(plugin, filledIn), containers)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestThePageFindsItsDatabase(t *testing.T) {
	objects := rendered(t, nil)
	service := objects.Find("Service", "web-database")
	env, _ := slipway.At(objects.Find("Deployment", "web"), "/spec/template/spec/containers/0/env").([]any)
	for _, variable := range env {
		if slipway.TextAt(variable, "/name") == "DATABASE_HOST" {
			if host := slipway.TextAt(variable, "/value"); host != slipway.TextAt(service, "/metadata/name") {
				t.Errorf("the page looks for its database at %q", host)
			}
			return
		}
	}
	t.Error("nobody tells the page where its database is")
}

func TestThePasswordReachesBothByReference(t *testing.T) {
	objects := rendered(t, slipway.Object{"password": slipwaytest.Secret("password")})
	for kind, name := range map[string]string{"Deployment": "web", "StatefulSet": "web-database"} {
		env, _ := slipway.At(objects.Find(kind, name), "/spec/template/spec/containers/0/env").([]any)
		last := env[len(env)-1]
		if slipway.TextAt(last, "/valueFrom/secretKeyRef/key") != "password.1" {
			t.Errorf("%s %s: %v", kind, name, last)
		}
	}
}

func TestASnapshotIsTakenOnlyWhereItIsWanted(t *testing.T) {
	if rendered(t, nil).Find("VolumeSnapshot", "web-1") != nil {
		t.Error("nobody asked for a snapshot")
	}
	if rendered(t, slipway.Object{"snapshots": true}).Find("VolumeSnapshot", "web-1") == nil {
		t.Error("there is no snapshot")
	}
}

func TestVariablesOfTheBlueprintsOwnAreToldAtTheirPlace(t *testing.T) {
	values := slipwaytest.Values(plugin, slipway.Object{"words": slipway.Object{"PORT": "1", "MODE": "quiet"}})
	found := plugin.Check(slipwaytest.App(), values, containers)
	if len(found) != 1 || found[0].Field != "/words/PORT" {
		t.Errorf("%v", found)
	}
}
