package conformance

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/kubernetes/pkg/apis/core"
	kjson "sigs.k8s.io/json"

	"github.com/spreadlint/spreadlint/values"
)

// Kubernetes' validation names some fields in ways that no user could find in
// a manifest. The comparison brings both sides to one spelling; these are all
// the liberties that it takes. Source:
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/apis/core/validation/validation.go

var (
	duplicate = regexp.MustCompile(`^(.*\.topologySpreadConstraints)\[(\d+)\]\.\{topologyKey, whenUnsatisfiable\}$`)
	overlap   = regexp.MustCompile(`^(.*(?:\.topologySpreadConstraints|DuringExecution)\[\d+\]|.*\.podAffinityTerm)(\[\d+\])$`)
)

// ourSpelling respells a field of Kubernetes' validation.
//
//   - validateTopologySpreadConstraints reports a repeated constraint at the first of the pair, below a key
//     `{topologyKey, whenUnsatisfiable}`; spreadlint at the second of the pair, which is the one too many.
//   - ValidateMatchLabelKeysAndMismatchLabelKeys reports a key that the selector has too at `[i]` of the term itself
//     (fldPath.Index(i)); spreadlint at matchLabelKeys[i], where the key stands.
func ourSpelling(field string, constraints []core.TopologySpreadConstraint) string {
	if m := duplicate.FindStringSubmatch(field); m != nil {
		first, err := strconv.Atoi(m[2])
		if err != nil || first >= len(constraints) {
			return field
		}
		c := constraints[first]
		next := slices.IndexFunc(constraints[first+1:], func(o core.TopologySpreadConstraint) bool {
			return o.TopologyKey == c.TopologyKey && o.WhenUnsatisfiable == c.WhenUnsatisfiable
		})
		return m[1] + "[" + strconv.Itoa(first+1+next) + "]"
	}
	return overlap.ReplaceAllString(field, "$1.matchLabelKeys$2")
}

// theirSpelling respells a field of a finding, where Kubernetes' validation is
// the less exact of the two.
//
//   - validatePodAffinityTerm reports namespaces[i] at "namespace".
//   - ValidateLabels (apimachinery's pkg/apis/meta/v1/validation) reports an entry of matchLabels or nodeSelector at the map.
//   - A preferred term without podAffinityTerm is reported at podAffinityTerm.topologyKey, for the absent struct is
//     validated as an empty one; spreadlint says that podAffinityTerm is missing.
func theirSpelling(path values.Path) string {
	last := len(path) - 1
	switch {
	case last > 1 && path[last].IsIndex() && path[last-1] == values.Name("namespaces"):
		path = path[:last-1].Key("namespace")
	case last > 1 && labelMap(path[last-1]):
		path = path[:last]
	case path[last] == values.Name("podAffinityTerm"):
		path = path.Key("topologyKey")
	}
	return plain(path)
}

// plain spells a path as Kubernetes does: without quotes around odd keys.
func plain(path values.Path) string {
	var b strings.Builder
	for i, k := range path {
		switch {
		case k.IsIndex():
			b.WriteString("[" + strconv.Itoa(k.Index()) + "]")
			continue
		case i > 0:
			b.WriteByte('.')
		}
		b.WriteString(k.Name())
	}
	return b.String()
}

// labelMap reports whether a field is a map from label keys to values.
func labelMap(field values.Key) bool {
	return field == values.Name("matchLabels") || field == values.Name("nodeSelector")
}

// fieldNames spells a path as the decoder's errors do: the names of struct
// fields only, without indexes and keys of maps.
func fieldNames(path values.Path) string {
	var names []string
	for i, k := range path {
		if k.IsIndex() || i > 0 && labelMap(path[i-1]) {
			continue
		}
		names = append(names, k.Name())
	}
	return strings.Join(names, ".")
}

// unknownFields are the placement fields among those that strict decoding
// complains about; keys given twice are no such fields.
func unknownFields(strict []error) []string {
	var found []string
	for _, err := range strict {
		var at kjson.FieldError
		if errors.As(err, &at) && strings.HasPrefix(err.Error(), "unknown field") && placement(at.FieldPath()) {
			found = append(found, at.FieldPath())
		}
	}
	return sorted(found)
}
