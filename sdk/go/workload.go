package slipway

// Pod is what runs together: a pod's specification under Pod Security restricted, without a token of the cluster.
type Pod struct{ json Object }

// NewPod is a pod of one container: a Container, or one that was Merged with what Container has no word for.
func NewPod(container Built) Pod {
	return Pod{Object{
		"automountServiceAccountToken": false,
		"enableServiceLinks":           false,
		"securityContext": Object{
			"runAsNonRoot":   true,
			"runAsUser":      65532,
			"runAsGroup":     65532,
			"fsGroup":        65532,
			"seccompProfile": Object{"type": "RuntimeDefault"},
		},
		"containers": []any{container.JSON()},
	}}
}

// GraceSeconds are what it has to finish what it is doing.
func (p Pod) GraceSeconds(seconds uint32) Pod {
	return Pod{Merged(p.json, Object{"terminationGracePeriodSeconds": int(seconds)})}
}

// JSON is the specification.
func (p Pod) JSON() Object { return p.json }

// Deployment is a number of equal pods, replaced one by one and never fewer than wanted.
type Deployment struct{ json Object }

// NewDeployment is one replica of a pod.
func NewDeployment(name string, pod Built) Deployment {
	labels := Object{selector: name}
	return Deployment{Merged(object("apps/v1", "Deployment", name), Object{"spec": Object{
		"replicas":             1,
		"revisionHistoryLimit": 3,
		"selector":             Object{"matchLabels": labels},
		"strategy": Object{
			"type":          "RollingUpdate",
			"rollingUpdate": Object{"maxUnavailable": 0, "maxSurge": 1},
		},
		"template": Object{"metadata": Object{"labels": labels}, "spec": pod.JSON()},
	}})}
}

// Replicas is that many pods.
func (d Deployment) Replicas(replicas uint32) Deployment {
	return Deployment{Merged(d.json, Object{"spec": Object{"replicas": int(replicas)}})}
}

// JSON is the object.
func (d Deployment) JSON() Object { return d.json }
