package render

import (
	"cmp"
	"encoding/json"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
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

// Storage lists what the release brings along of volumes: those that exist, claims to them and the classes of new ones.
// What cannot be decoded is left out, for the API server refuses it.
func (r *Release) Storage() (volumes []*corev1.PersistentVolume, claims []*corev1.PersistentVolumeClaim, classes []*storagev1.StorageClass) {
	r.each("PersistentVolume", func(o *object) {
		volume, claim := &corev1.PersistentVolume{}, &corev1.PersistentVolumeClaim{}
		switch kind := o.text("kind"); {
		case kind == "PersistentVolume" && o.decode(volume):
			volumes = append(volumes, volume)
		case kind == "PersistentVolumeClaim" && o.decode(claim):
			claim.Namespace = cmp.Or(claim.Namespace, r.Namespace)
			claims = append(claims, claim)
		}
	})
	r.each("StorageClass", func(o *object) {
		if class := (&storagev1.StorageClass{}); o.text("kind") == "StorageClass" && o.decode(class) {
			classes = append(classes, class)
		}
	})
	return volumes, claims, classes
}

// decode reads the object into a type of Kubernetes.
func (o *object) decode(into any) bool {
	text, err := json.Marshal(o.body)
	return err == nil && json.Unmarshal(text, into) == nil
}

// EachObject visits the rendered objects of documents in which a word occurs:
// read only.
func (r *Release) EachObject(word string, visit func(object map[string]any)) {
	r.each(word, func(o *object) { visit(o.body) })
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
