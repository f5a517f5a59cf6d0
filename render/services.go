package render

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// Services lists the release's Services with what they select: the scheduler's
// built-in default spreading counts by them. Objects that cannot be decoded
// are left out; what renders the workloads has reported them.
func (r *Release) Services() []*corev1.Service {
	texts := r.texts
	if r.manifest != nil {
		texts = map[string]string{r.manifest.Name: string(r.manifest.Src)}
	}
	var found []*corev1.Service
	for _, name := range sortedNames(texts) {
		if !strings.Contains(texts[name], "Service") {
			continue
		}
		for _, doc := range split(name, name, texts[name]) {
			var body map[string]any
			if !strings.Contains(doc.text, "Service") || yaml.Unmarshal([]byte(doc.text), &body) != nil {
				continue
			}
			for _, o := range flatten(object{doc: &doc, body: body}) {
				if service := o.service(r.Namespace); service != nil {
					found = append(found, service)
				}
			}
		}
	}
	return found
}

func (o *object) service(namespace string) *corev1.Service {
	selector, _ := o.value("spec", "selector").(map[string]any)
	if o.text("kind") != "Service" || o.text("apiVersion") != "v1" || selector == nil {
		return nil
	}
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: o.text("metadata", "name"), Namespace: o.text("metadata", "namespace")}}
	if service.Namespace == "" {
		service.Namespace = namespace
	}
	service.Spec.Selector = map[string]string{}
	for k, v := range selector {
		text, ok := v.(string)
		if !ok {
			return nil // the API server refuses it
		}
		service.Spec.Selector[k] = text
	}
	return service
}
