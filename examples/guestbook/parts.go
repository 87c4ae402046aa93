package main

import (
	"fmt"
	"maps"
	"slices"

	"slipway.dev/slipway"
)

func databaseOf(app slipway.App) string {
	return app.Name + "-database"
}

func page(app slipway.App, values Values) slipway.Container {
	container := slipway.NewContainer("page", values.Image).
		Env("PORT", "8080").
		Env("DATABASE_HOST", databaseOf(app)).
		EnvSecret("DATABASE_PASSWORD", values.Password)
	// Go walks through maps in any order; the same values are to give the same objects.
	for _, name := range slices.Sorted(maps.Keys(values.Words)) {
		container = container.Env(name, values.Words[name])
	}
	return container.Port("http", 8080).ReadyAt("/healthz", "http").LingerSeconds(5).Memory(128, 32).CPU(10)
}

// There is no builder for it: the pod is one of the SDK's, the rest is plain JSON.
func statefulSet(app slipway.App, values Values) slipway.Object {
	name := databaseOf(app)
	labels := slipway.Object{"app.kubernetes.io/name": name}
	pod := slipway.NewPod(database(values)).GraceSeconds(30)
	claim := slipway.NewVolumeClaim("entries", values.Database.StorageMebibytes)
	return slipway.Object{
		"apiVersion": "apps/v1",
		"kind":       "StatefulSet",
		"metadata":   slipway.Object{"name": name, "labels": labels},
		"spec": slipway.Object{
			"replicas":             1,
			"serviceName":          name,
			"selector":             slipway.Object{"matchLabels": labels},
			"template":             slipway.Object{"metadata": slipway.Object{"labels": labels}, "spec": pod.JSON()},
			"volumeClaimTemplates": []any{claim.JSON()},
		},
	}
}

func database(values Values) slipway.Object {
	container := slipway.NewContainer("database", values.Database.Image).
		EnvSecret("DATABASE_PASSWORD", values.Password).
		Port("database", 6379).
		Memory(256, 64).
		CPU(20)
	// An unset variable is an empty one, and an empty password is none.
	start := `exec valkey-server --dir /data --appendonly yes --requirepass "$DATABASE_PASSWORD"`
	return slipway.Merged(container.JSON(), slipway.Object{
		"command":      []any{"sh", "-c", start},
		"volumeMounts": []any{slipway.Object{"name": "entries", "mountPath": "/data"}},
	})
}

// The host knows no VolumeSnapshot: by these rules it tells how one is.
var snapshotRules = []slipway.Object{
	snapshotRule("Degraded", "SnapshotFailed", "The snapshot failed: {/status/error/message}",
		slipway.Object{"pointer": "/status/error/message", "exists": true}),
	snapshotRule("Healthy", "SnapshotReady", "The snapshot can be used.",
		slipway.Object{"pointer": "/status/readyToUse", "equals": true}),
	snapshotRule("Progressing", "SnapshotPending", "The snapshot is being taken."),
}

func snapshotRule(health, reason, message string, when ...slipway.Object) slipway.Object {
	return slipway.Object{
		"group": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot",
		// A list without entries is no list in Go, and null in JSON.
		"when": append([]slipway.Object{}, when...), "health": health, "reason": reason, "message": message,
	}
}

// Another name for each revision: a snapshot is taken once. The one before goes when the change is done.
func snapshot(app slipway.App) slipway.Object {
	return slipway.Object{
		"apiVersion": "snapshot.storage.k8s.io/v1",
		"kind":       "VolumeSnapshot",
		"metadata":   slipway.Object{"name": fmt.Sprintf("%s-%d", app.Name, app.Revision)},
		"spec": slipway.Object{
			"source": slipway.Object{"persistentVolumeClaimName": "entries-" + databaseOf(app) + "-0"},
		},
	}
}
