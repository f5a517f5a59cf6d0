package kube_test

import (
	"slices"
	"testing"

	"github.com/spreadlint/spreadlint/kube"
)

// TestValidateWorkload asks about the fields around a pod template that is sound.
func TestValidateWorkload(t *testing.T) {
	const own = `selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {affinity: x}}`
	tests := []struct {
		name, kind, spec string
		want             []string
	}{
		{"sound", "Deployment", `{replicas: 3, ` + own + `}`, nil},
		{"number as a float", "Deployment", `{replicas: 3.0, ` + own + `}`, nil},
		{"no spec", "Deployment", `hello`, []string{"spec TypeInvalid decode"}},
		{"replicas: a text", "Deployment", `{replicas: "3", ` + own + `}`, []string{"spec.replicas TypeInvalid decode"}},
		{"replicas: a fraction", "StatefulSet", `{replicas: 2.5, ` + own + `}`, []string{"spec.replicas TypeInvalid decode"}},
		{"replicas: true", "ReplicaSet", `{replicas: true, ` + own + `}`, []string{"spec.replicas TypeInvalid decode"}},
		{"replicas: too many", "Deployment", `{replicas: 3000000000, ` + own + `}`, []string{"spec.replicas TypeInvalid decode"}},
		{"replicas: below 0", "Deployment", `{replicas: -1, ` + own + `}`, []string{"spec.replicas Invalid"}},
		{"both 0", "Deployment", `{strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}, ` + own + `}`, []string{"spec.strategy.rollingUpdate.maxUnavailable Invalid"}},
		{"above 100 %", "Deployment", `{strategy: {rollingUpdate: {maxUnavailable: 150%}}, ` + own + `}`, []string{"spec.strategy.rollingUpdate.maxUnavailable Invalid"}},
		{"strategy", "Deployment", `{strategy: {type: Rolling}, ` + own + `}`, []string{"spec.strategy NotSupported"}},
		{"Recreate with numbers", "Deployment", `{strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}, ` + own + `}`, []string{"spec.strategy.rollingUpdate Forbidden"}},
		{"update strategy", "StatefulSet", `{updateStrategy: {type: Recreate}, ` + own + `}`, []string{"spec.updateStrategy Invalid"}},
		{"other labels", "StatefulSet", `{selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: web}}}}`, []string{"spec.template.metadata.labels Invalid"}},
		{"labels that cannot be read", "DaemonSet", `{selector: {matchLabels: {app: "1"}}, template: {metadata: {labels: {app: 1}}}}`, nil},
		{"no selector", "Deployment", `{template: {metadata: {labels: {app: web}}}}`, []string{"spec.selector Required"}},
		{"parallelism", "Job", `{parallelism: "2"}`, []string{"spec.parallelism TypeInvalid decode"}},
		{"indexed", "Job", `{completionMode: Indexed}`, []string{"spec.completions Required"}},
		{"cron job", "CronJob", `{jobTemplate: {spec: {parallelism: -1}}}`, []string{"spec.jobTemplate.spec.parallelism Invalid"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			group := "apps/v1"
			if test.kind == "Job" || test.kind == "CronJob" {
				group = "batch/v1"
			}
			object := parse(t, `{apiVersion: `+group+`, kind: `+test.kind+`, spec: `+test.spec+`}`)
			if got, want := show(kube.ValidateWorkload(object)), append([]string{}, test.want...); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestDecodeBudget(t *testing.T) {
	tests := []struct {
		name, spec string
		want       []string
	}{
		{"sound", `{minAvailable: 50%, selector: {matchLabels: {app: web}}}`, nil},
		{"a text", `{minAvailable: "3"}`, []string{"spec.minAvailable Invalid"}},
		{"below 0", `{maxUnavailable: -1}`, []string{"spec.maxUnavailable Invalid"}},
		{"above 100 %", `{minAvailable: 101%}`, []string{"spec.minAvailable Invalid"}},
		{"a fraction", `{minAvailable: 1.5}`, []string{"spec.minAvailable TypeInvalid decode"}},
		{"selector", `{maxUnavailable: 1, selector: {matchLabels: {app: 3}}}`, []string{"spec.selector.matchLabels.app TypeInvalid decode"}},
		{"no spec", `[]`, []string{"spec TypeInvalid decode"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := show(kube.DecodeBudget(parse(t, `{spec: `+test.spec+`}`)).Refused)
			if want := append([]string{}, test.want...); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}
