package render

import (
	"context"
	"encoding/base64"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// pretended is a cluster that has one object of one kind, under whatever name
// it is asked for, and remembers which kinds it was asked for.
type pretended struct {
	exists string // the kind, "" for none
	kinds  []string
	words  []string // the keys of its data
}

func (p *pretended) GetClientFor(apiVersion, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	if !slices.Contains(p.kinds, kind) {
		p.kinds = append(p.kinds, kind)
	}
	return pretendedClient{cluster: p, apiVersion: apiVersion, kind: kind}, true, nil
}

// pretendedClient embeds the nil interface, as hostClient does.
type pretendedClient struct {
	dynamic.NamespaceableResourceInterface
	cluster                     *pretended
	apiVersion, kind, namespace string
}

func (c pretendedClient) Namespace(namespace string) dynamic.ResourceInterface {
	c.namespace = namespace
	return c
}

func (c pretendedClient) Get(_ context.Context, name string, _ metav1.GetOptions, _ ...string) (*unstructured.Unstructured, error) {
	if c.kind != c.cluster.exists {
		return nil, apierrors.NewNotFound(schema.GroupResource{}, name)
	}
	return &unstructured.Unstructured{Object: c.object(name)}, nil
}

func (c pretendedClient) List(context.Context, metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	if c.kind != c.cluster.exists {
		return nil, apierrors.NewNotFound(schema.GroupResource{}, "")
	}
	return &unstructured.UnstructuredList{Object: map[string]any{"apiVersion": c.apiVersion, "kind": c.kind + "List"},
		Items: []unstructured.Unstructured{{Object: c.object("pretended")}}}, nil
}

// object has every key in its data that the chart could ask for: templates
// decode what they find there.
func (c pretendedClient) object(name string) map[string]any {
	data := map[string]any{}
	for _, word := range c.cluster.words {
		data[word] = base64.StdEncoding.EncodeToString([]byte("pretended"))
	}
	return map[string]any{"apiVersion": c.apiVersion, "kind": c.kind, "data": data, "spec": map[string]any{}, "status": map[string]any{},
		"metadata": map[string]any{"name": name, "namespace": c.namespace, "labels": map[string]any{}, "annotations": map[string]any{}}}
}
