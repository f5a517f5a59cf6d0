package cluster

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/spreadlint/spreadlint/kube"
	"github.com/spreadlint/spreadlint/values"
)

// volumeKinds are the kinds of objects that say where volumes are and how new ones are made.
var volumeKinds = []string{"PersistentVolume", "PersistentVolumeClaim", "StorageClass"}

// AddVolumes reads where volumes are and how new ones are made: the output of
// `kubectl get pv,pvc,storageclass -A -o yaml` or `-o json`.
func (inv *Inventory) AddVolumes(name string, data []byte) error {
	docs, err := documents(name, data)
	if err != nil {
		return err
	}
	if inv.Storage == nil {
		inv.Storage = kube.NewStorage()
	}
	found := 0
	for _, d := range docs {
		err := eachObject(d, volumeKinds[0], nil, d.tree, func(at values.Path, kind string, object map[string]any) error {
			if !slices.Contains(volumeKinds, kind) {
				return d.failure(at.Key("kind"), false, fmt.Sprintf("a %s, where volumes are wanted", kind), kindHint(volumeKinds[0]))
			}
			found++
			return inv.addVolume(d, at, kind, object)
		})
		if err != nil {
			return err
		}
	}
	if found == 0 {
		return docs[0].failure(nil, false, "the list has no volumes, claims or storage classes", kindHint(volumeKinds[0]))
	}
	return nil
}

func (inv *Inventory) addVolume(d *document, at values.Path, kind string, object map[string]any) error {
	if _, _, err := readMetadata(d, at, object); err != nil {
		return err
	}
	storage := inv.Storage
	switch kind {
	case "PersistentVolume":
		volume := &corev1.PersistentVolume{}
		if err := decodeObject(d, at, kind, object, volume); err != nil {
			return err
		}
		if storage.Volumes[volume.Name] != nil {
			return twice(d, at, kind, volume.Name)
		}
		storage.Volumes[volume.Name] = volume
	case "PersistentVolumeClaim":
		claim := &corev1.PersistentVolumeClaim{}
		if err := decodeObject(d, at, kind, object, claim); err != nil {
			return err
		}
		if claim.Namespace == "" {
			claim.Namespace = metav1.NamespaceDefault
		}
		key := types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name}
		if storage.Claims[key] != nil {
			return twice(d, at, kind, key.String())
		}
		storage.Claims[key] = claim
	default:
		class := &storagev1.StorageClass{}
		if err := decodeObject(d, at, kind, object, class); err != nil {
			return err
		}
		storage.Classes[class.Name] = class
	}
	return nil
}

func twice(d *document, at values.Path, kind, name string) error {
	return d.failure(at, false, fmt.Sprintf("two objects of the kind %s are called %s", kind, name), "was the list pasted twice?")
}
