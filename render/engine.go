package render

import (
	"context"
	"strings"

	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// The templates reach our own code through Helm's `lookup`, the one function
// of the engine that can be given from outside: lookup of this kind returns
// the host object, every other lookup finds nothing, as in `helm template`.
const (
	hostAPIVersion = "spreadlint.dev/v1"
	hostVariable   = "$spreadlintHost"
)

// hostPrelude fetches the host into a variable. It prints nothing and adds no
// line, so that line numbers in errors stay right.
const hostPrelude = "{{" + hostVariable + ` := (lookup "` + hostAPIVersion + `" "Host" "" "host").host}}`

// render runs Helm's engine over the session's templates as they are: over
// all, or only over those that make the wanted files.
func (s *session) render(only map[string]bool) (map[string]string, error) {
	if only != nil {
		return s.renderSome(only)
	}
	return s.renderKept(nil)
}

// execute runs the engine; templates that are instrumented call the host.
func (s *session) execute(renderValues chartutil.Values, host func() any) (map[string]string, error) {
	if host == nil {
		return s.executeIn(renderValues, nil)
	}
	return s.executeIn(renderValues, hostProvider{host: host})
}

// executeIn runs the engine with a cluster that `lookup` sees, nil for none.
func (s *session) executeIn(renderValues chartutil.Values, cluster engine.ClientProvider) (texts map[string]string, err error) {
	*s.renders++
	if cluster == nil {
		texts, err = engine.Engine{}.Render(s.chart, renderValues)
	} else {
		texts, err = engine.RenderWithClientProvider(s.chart, renderValues, cluster)
	}
	if err != nil {
		failure := templateFailure(err, s.shownName)
		failure.Text = s.source.text(failure.File)
		return nil, failure
	}
	for name := range texts {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(texts, name)
		}
	}
	return texts, nil
}

// hostProvider is the cluster that `lookup` sees: empty, but for the host.
type hostProvider struct{ host func() any }

func (p hostProvider) GetClientFor(apiVersion, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	return hostClient{isHost: apiVersion == hostAPIVersion, host: p.host}, false, nil
}

// hostClient embeds the nil interface: the engine calls Get and List only.
type hostClient struct {
	dynamic.NamespaceableResourceInterface
	isHost bool
	host   func() any
}

func (c hostClient) Get(_ context.Context, name string, _ metav1.GetOptions, _ ...string) (*unstructured.Unstructured, error) {
	if !c.isHost {
		return nil, apierrors.NewNotFound(schema.GroupResource{}, name)
	}
	return &unstructured.Unstructured{Object: map[string]any{"host": c.host()}}, nil
}

func (c hostClient) List(context.Context, metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	return nil, apierrors.NewNotFound(schema.GroupResource{}, "")
}
