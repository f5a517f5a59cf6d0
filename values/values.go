// Package values knows values files, and rendered manifests, as text: where
// each entry stands, what is wrong with bytes that cannot be read, and the
// tree Helm 3 decodes from them. It decodes with the library Helm uses, so
// keys and values follow YAML 1.1 (the key on is "true", 012 is 10).
//
// It does not know Helm, charts or Kubernetes, reads no files, and merges no
// layers. Nothing in it is safe for concurrent use.
package values
