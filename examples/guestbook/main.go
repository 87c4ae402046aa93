// Guestbook: a page, and a database that keeps what visitors write.
package main

import (
	_ "embed"

	"slipway.dev/slipway"
)

//go:embed README.md
var docs string

//go:embed icon.svg
var icon string

// Values are the form: each field is one that people fill in, its tags are what they read.
type Values struct {
	Image     string             `json:"image" title:"Image" doc:"The program that shows the page." role:"image" minLength:"1"`
	Replicas  uint32             `json:"replicas" title:"Replicas" doc:"How many copies of the page run side by side." role:"replicas" minimum:"1" maximum:"20"`
	Password  *slipway.SecretRef `json:"password" title:"Password" doc:"Between page and database. Without one whoever is in the project can read it." minLength:"8"`
	Database  Database           `json:"database" title:"Database"`
	Snapshots bool               `json:"snapshots" title:"Snapshots" doc:"Photographs the volume at each change, where the cluster can." advanced:"true"`
	Words     map[string]string  `json:"words" title:"Words" doc:"Further variables for the page, by name." advanced:"true" maxLength:"1000"`
}

// Database is what keeps the entries.
type Database struct {
	Image            string `json:"image" title:"Image" doc:"Speaks Redis's protocol and keeps its files in /data." minLength:"1" advanced:"true"`
	StorageMebibytes uint32 `json:"storageMebibytes" title:"Storage" doc:"Cannot become smaller later." unit:"MiB" minimum:"64" maximum:"1048576"`
}

var plugin = slipway.Blueprint[Values]{
	Name:    "guestbook",
	Version: "0.1.0",
	About: slipway.NewAbout("Guestbook", "A page, and a database that keeps what visitors write.").
		Docs(docs).
		Icon(icon).
		Extra("categories", []string{"web", "example"}).
		HealthRules(snapshotRules...),
	Values: Values{
		Image:    "registry.example/guestbook:1.0.0",
		Replicas: 1,
		Database: Database{Image: "docker.io/valkey/valkey:8.1", StorageMebibytes: 1024},
	},
	Kinds: []string{
		"apps/Deployment", "apps/StatefulSet", "Service", "networking.k8s.io/Ingress", "snapshot.storage.k8s.io/VolumeSnapshot",
	},
	Render: render,
	Check:  check,
}

func init() { slipway.Export(plugin) }

func main() { slipway.Main() }

// Names that the blueprint sets itself.
var ours = []string{"PORT", "DATABASE_HOST", "DATABASE_PASSWORD"}

func check(_ slipway.App, values Values, _ slipway.Facts) []slipway.Failure {
	found := []slipway.Failure{}
	for _, name := range ours {
		if _, is := values.Words[name]; is {
			failure := slipway.Invalid(name + " is set by the blueprint itself.").At(slipway.Pointer("words", name))
			found = append(found, failure.Hint("Take it out."))
		}
	}
	return found
}

func render(app slipway.App, values Values, facts slipway.Facts) (slipway.Objects, error) {
	if facts.Text("runtime") == "wasm" {
		failure := slipway.NewFailure("needs-containers", "This cluster runs WebAssembly images, and the database is a container.")
		return slipway.Objects{}, failure.Hint("Connect a cluster that runs containers, and make the project there.")
	}
	objects := slipway.NewObjects().
		With(statefulSet(app, values)).
		With(slipway.NewService(databaseOf(app)).Port(6379, "database")).
		With(slipway.NewDeployment(app.Name, slipway.NewPod(page(app, values))).Replicas(values.Replicas)).
		With(slipway.NewService(app.Name).Port(80, "http")).
		WithSome(slipway.NewIngress(app.Name, app.Hosts, app.Name, 80))
	if values.Snapshots {
		objects = objects.With(snapshot(app))
	}
	return objects, nil
}
