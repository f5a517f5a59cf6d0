package kube

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/kubernetes/scheme"
)

// Unserved reports why the API server of Kubernetes 1.minor does not know a kind in a version, "" if it does or if the kind is
// not one of Kubernetes' own, and the version that it has instead, "" if there is none. The life of each version is told by
// Kubernetes' own types. See
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/staging/src/k8s.io/api/apps/v1beta1/zz_generated.prerelease-lifecycle.go
func Unserved(apiVersion, kind string, minor int) (reason, instead string) {
	wanted := schema.FromAPIVersionAndKind(apiVersion, kind)
	switch life := lifeOf(wanted); {
	case minor == 0 || !scheme.Scheme.IsGroupRegistered(wanted.Group):
		return "", ""
	case !scheme.Scheme.Recognizes(wanted):
		if instead = servedVersion(kind, minor); instead != "" {
			reason = fmt.Sprintf("Kubernetes has no %s in %s", kind, apiVersion)
		}
	case life.removed > 0 && minor >= life.removed:
		reason, instead = fmt.Sprintf("Kubernetes from 1.%d on has no %s in %s", life.removed, kind, apiVersion), servedVersion(kind, minor)
	case minor < life.introduced:
		reason, instead = fmt.Sprintf("Kubernetes before 1.%d has no %s in %s", life.introduced, kind, apiVersion), servedVersion(kind, minor)
	}
	return reason, instead
}

// life is between which minor versions of Kubernetes a version of a kind is served: removed is the first without it, 0 if none.
type life struct{ introduced, removed int }

func lifeOf(kind schema.GroupVersionKind) (found life) {
	object, err := scheme.Scheme.New(kind)
	if err != nil {
		return life{}
	}
	if o, ok := object.(interface{ APILifecycleIntroduced() (int, int) }); ok {
		_, found.introduced = o.APILifecycleIntroduced()
	}
	if o, ok := object.(interface{ APILifecycleRemoved() (int, int) }); ok {
		_, found.removed = o.APILifecycleRemoved()
	}
	return found
}

// servedVersion is the most stable version in which Kubernetes 1.minor has a kind.
func servedVersion(kind string, minor int) string {
	var served []schema.GroupVersion
	for known := range scheme.Scheme.AllKnownTypes() {
		if life := lifeOf(known); known.Kind == kind && known.Version != "__internal" && minor >= life.introduced && (life.removed == 0 || minor < life.removed) {
			served = append(served, known.GroupVersion())
		}
	}
	if len(served) == 0 {
		return ""
	}
	return slices.MaxFunc(served, func(a, b schema.GroupVersion) int {
		if byVersion := version.CompareKubeAwareVersionStrings(a.Version, b.Version); byVersion != 0 {
			return byVersion
		}
		return strings.Compare(b.Group, a.Group)
	}).String()
}
