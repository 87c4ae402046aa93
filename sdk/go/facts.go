package slipway

import (
	"encoding/json"
	"fmt"
)

// Facts are what is known of the cluster, as far as the host tells it: kubernetesVersion, runtime (containers or wasm),
// ingressPort, ingressScheme, ...
type Facts struct {
	json Object
}

// NewFacts makes facts of JSON.
func NewFacts(json Object) Facts {
	return Facts{json: json}
}

// Text is the text of that name; empty where it is not told.
func (f Facts) Text(name string) string {
	return TextAt(f.json, Pointer(name))
}

// Number is the whole number of that name, and whether it is told.
func (f Facts) Number(name string) (int64, bool) {
	return numberOf(f.json[name])
}

// JSON is all of them.
func (f Facts) JSON() Object {
	return f.json
}

// URL is where people reach a host name: scheme, name, and the port where it is not the scheme's own.
func (f Facts) URL(host string) string {
	scheme, usual := f.Text("ingressScheme"), int64(80)
	switch scheme {
	case "":
		scheme = "http"
	case "https":
		usual = 443
	}
	port, told := f.Number("ingressPort")
	if !told || port == usual {
		return fmt.Sprintf("%s://%s/", scheme, host)
	}
	return fmt.Sprintf("%s://%s:%d/", scheme, host, port)
}

func numberOf(value any) (int64, bool) {
	switch number := value.(type) {
	case int:
		return int64(number), true
	case int64:
		return number, true
	case json.Number:
		whole, err := number.Int64()
		return whole, err == nil
	default:
		return 0, false
	}
}
