package kube

import "testing"

func TestUnserved(t *testing.T) {
	for _, row := range []struct {
		apiVersion, kind string
		minor            int
		reason, instead  string
	}{
		{"apps/v1", "Deployment", 37, "", ""},
		{"apps/v1beta1", "Deployment", 15, "", ""},
		{"apps/v1beta1", "Deployment", 16, "Kubernetes from 1.16 on has no Deployment in apps/v1beta1", "apps/v1"},
		{"apps/v1beta2", "StatefulSet", 37, "Kubernetes from 1.16 on has no StatefulSet in apps/v1beta2", "apps/v1"},
		{"extensions/v1beta1", "DaemonSet", 37, "Kubernetes from 1.16 on has no DaemonSet in extensions/v1beta1", "apps/v1"},
		{"batch/v1beta1", "CronJob", 24, "", ""},
		{"batch/v1beta1", "CronJob", 25, "Kubernetes from 1.25 on has no CronJob in batch/v1beta1", "batch/v1"},
		{"batch/v1", "CronJob", 20, "Kubernetes before 1.21 has no CronJob in batch/v1", "batch/v1beta1"},
		{"policy/v1beta1", "PodDisruptionBudget", 25, "Kubernetes from 1.25 on has no PodDisruptionBudget in policy/v1beta1", "policy/v1"},
		{"v1", "Deployment", 37, "Kubernetes has no Deployment in v1", "apps/v1"},
		{"apps/v2", "StatefulSet", 37, "Kubernetes has no StatefulSet in apps/v2", "apps/v1"},
		{"apps/v1beta1", "Deployment", 0, "", ""},
		{"example.com/v1", "Deployment", 37, "", ""},
		{"apps/v1", "Fleet", 37, "", ""},
	} {
		if reason, instead := Unserved(row.apiVersion, row.kind, row.minor); reason != row.reason || instead != row.instead {
			t.Errorf("Unserved(%q, %q, %d) = %q, %q, want %q, %q", row.apiVersion, row.kind, row.minor, reason, instead, row.reason, row.instead)
		}
	}
}
