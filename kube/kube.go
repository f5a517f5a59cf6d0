// Package kube asks Kubernetes' own code: the API server's validation what it thinks of the fields of a pod template that
// decide placement, and the plugins of kube-scheduler where a pod may and would go. It is the only package that imports
// k8s.io/kubernetes, and it re-implements nothing that it can ask. It knows neither Helm nor values files, and it holds no
// opinion: what the API server accepts, it accepts.
package kube

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// FieldError is one verdict of the API server about a pod template's placement fields.
type FieldError struct {
	Path      values.Path // relative to the pod template; an index is that of the template's own list
	Type      ErrorType
	Value     any      // the bad value as the API server sees it; nil when the field is absent, null or merely required
	Detail    string   // Kubernetes' own words, except where Decode is true
	Supported []string // the legal values of a NotSupported error
	Decode    bool     // the value has the wrong JSON type: the decoder refuses it, validation never sees it
	PodOnly   bool     // refused only when a pod is created from the template, see ValidateCreated
}

// ErrorType classifies a [FieldError]. The words are those of Kubernetes' field.ErrorType without the prefix
// "FieldValue", see
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
type ErrorType string

// The error types that validation of placement fields gives. A type that a later Kubernetes adds comes through as it is.
const (
	Required     ErrorType = "Required"
	Invalid      ErrorType = "Invalid"
	NotSupported ErrorType = "NotSupported"
	Duplicate    ErrorType = "Duplicate"
	TypeInvalid  ErrorType = "TypeInvalid"
	Forbidden    ErrorType = "Forbidden"
	TooLong      ErrorType = "TooLong"
)

func sortErrors(errors []FieldError) {
	slices.SortStableFunc(errors, func(a, b FieldError) int {
		return cmp.Or(comparePaths(a.Path, b.Path), cmp.Compare(a.Type, b.Type), strings.Compare(a.Detail, b.Detail))
	})
}

// comparePaths orders paths step by step: list items by number, keys by spelling.
func comparePaths(a, b values.Path) int {
	return slices.CompareFunc(a, b, func(a, b values.Key) int {
		return cmp.Or(cmp.Compare(a.Index(), b.Index()), strings.Compare(a.Name(), b.Name()))
	})
}
