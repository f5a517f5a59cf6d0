package render

import (
	"cmp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// Services lists the release's Services with what they select: the scheduler's
// built-in default spreading counts by them. Objects that cannot be decoded
// are left out; what renders the workloads has reported them.
func (r *Release) Services() []*corev1.Service {
	var found []*corev1.Service
	r.each("Service", func(o *object) {
		if service := o.service(r.Namespace); service != nil {
			found = append(found, service)
		}
	})
	return found
}

// Claims lists the release's PersistentVolumeClaims: their names and storage
// classes, nil for the cluster's default class.
func (r *Release) Claims() []*corev1.PersistentVolumeClaim {
	var found []*corev1.PersistentVolumeClaim
	r.each("PersistentVolumeClaim", func(o *object) {
		if o.text("kind") != "PersistentVolumeClaim" {
			return
		}
		claim := &corev1.PersistentVolumeClaim{ObjectMeta: o.meta(r.Namespace)}
		if class, ok := o.value("spec", "storageClassName").(string); ok {
			claim.Spec.StorageClassName = &class
		}
		found = append(found, claim)
	})
	return found
}

// each visits the rendered objects of documents in which a word occurs.
func (r *Release) each(word string, visit func(*object)) {
	texts := r.texts
	if r.manifest != nil {
		texts = map[string]string{r.manifest.Name: string(r.manifest.Src)}
	}
	for _, name := range sortedNames(texts) {
		if !strings.Contains(texts[name], word) {
			continue
		}
		for _, doc := range split(name, name, texts[name]) {
			var body map[string]any
			if !strings.Contains(doc.text, word) || yaml.Unmarshal([]byte(doc.text), &body) != nil {
				continue
			}
			for _, o := range flatten(object{doc: &doc, body: body}) {
				visit(&o)
			}
		}
	}
}

func (o *object) meta(namespace string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: o.text("metadata", "name"), Namespace: cmp.Or(o.text("metadata", "namespace"), namespace)}
}

func (o *object) service(namespace string) *corev1.Service {
	selector, _ := o.value("spec", "selector").(map[string]any)
	if o.text("kind") != "Service" || o.text("apiVersion") != "v1" || selector == nil {
		return nil
	}
	service := &corev1.Service{ObjectMeta: o.meta(namespace)}
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
