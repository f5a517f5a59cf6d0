package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

// sampleValues has what makes frames hard: tabs, wide and combining
// characters before the caret, a line longer than a terminal, and secrets
// beside the lines that are shown.
const sampleValues = "# The plant in Köln.\n" +
	"global:\n" +
	"  password: never-shown\n" +
	"broker:\n" +
	"  podAntiAffinity: hard\n" +
	"  podAntiAffinityTopologyKey: kubernetes.io/os=linux\n" +
	"\n" +
	"# The Zürich line, named by its crew: " + "\n" +
	"lines: {welder 🤖 \"溶接\": {\tpodAntiAffinity: Hard, note: Zu\u0308rich }}\n" +
	"agents: [{name: bender-robots, podAntiAffinity: none, labels: {plant: north, hall: hall-4, crew: early-and-late}}, " +
	"{name: welder-robots, podAntiAffinity: none, labels: {plant: north, hall: hall-5, crew: early}}]\n" +
	"nats:\n" +
	"  replicas: 3\n"

const sampleTemplate = `{{- define "connectware.spread" }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: {{ .key | default "beta.kubernetes.io/arch" }}
{{- end }}
`

const antiAffinity = "spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"

// at is the location of the first text in the file.
func at(f *values.File, text string, layer lint.Layer) lint.Location {
	offset := bytes.Index(f.Src, []byte(text))
	if offset < 0 {
		panic(fmt.Sprintf("%s has no %q", f.Name, text))
	}
	return lint.Location{
		File: f.Name, Start: f.PosAt(offset), End: f.PosAt(offset + len(text)), Layer: layer, Text: f,
	}
}

// behind is the empty place behind a text.
func behind(f *values.File, text string, layer lint.Layer) lint.Location {
	l := at(f, text, layer)
	l.Start, l.Unset = l.End, true
	return l
}

func path(s string) values.Path {
	p, err := values.ParsePath(s)
	if err != nil {
		panic(err)
	}
	return p
}

// sample is the report that all golden files show.
func sample() lint.Report {
	prod, err := values.Parse("values-prod.yaml", []byte(sampleValues))
	if err != nil {
		panic(err)
	}
	template := values.Text("charts/connectware/templates/_spread.tpl", []byte(sampleTemplate))
	chart := values.Text("charts/connectware/values.yaml", []byte("nats:\n  podAntiAffinity: soft\n"))
	set := values.Text("--set", []byte("db.password=never-shown,broker.labels={a,b},workbench.topologyKey=node,image.tag=1"))
	helper := at(values.Text("charts/connectware/templates/_helpers.tpl", []byte("topologyKey")), "topologyKey", lint.LayerTemplate)
	helper.Start, helper.End = values.Pos{Line: 87}, values.Pos{Line: 87}

	broker := path("broker.podAntiAffinityTopologyKey")
	findings := []lint.Finding{
		{
			Rule: "topology-key-syntax", Category: "api", Severity: lint.Error,
			Message: `"kubernetes.io/os=linux" is no node label key`,
			Caret:   `a key has no "=linux" part`,
			Effect:  "every Kubernetes version refuses the object: the upgrade fails",
			Notes: []string{"without the value the key would still be wrong: kubernetes.io/os has one value in most clusters, " +
				"so hard anti-affinity would allow one pod in all of the cluster"},
			Workloads: []string{"StatefulSet/demo-broker"}, Field: antiAffinity + ".topologyKey",
			Path: broker, Location: at(prod, "kubernetes.io/os=linux", lint.LayerValues),
			Related: []lint.Related{
				{Message: "overridden: also set here", Location: at(set, "workbench.topologyKey", lint.LayerSet)},
				{Message: "rendered here", Location: helper},
			},
			Fixes: []lint.Fix{
				{Title: "write kubernetes.io/hostname", Safety: lint.Unsafe, Sets: []lint.Set{{Path: broker, Value: "kubernetes.io/hostname"}}},
				{Title: "write topology.kubernetes.io/zone", Safety: lint.Unsafe, Sets: []lint.Set{{Path: broker, Value: "topology.kubernetes.io/zone"}}},
				{Title: "use a spread constraint instead", Safety: lint.ShowOnly, Sets: []lint.Set{
					{Path: broker, Remove: true},
					{Path: path("broker.podAntiAffinity"), Value: "none"},
					{Path: path(`broker.spread."kubernetes.io/hostname"`), Value: map[string]any{"maxSkew": 1.0, "note": nil}},
				}},
			},
		},
		{
			Rule: "unknown-mode", Category: "values", Severity: lint.Warning,
			Message: `"Hard" is no mode of this chart`, Caret: "must be none, soft or hard",
			Effect:    "the chart renders no rule for it: all replicas may land on one node, and nothing says so",
			Workloads: []string{"Deployment/welder\x1b[31m\x1b]0;owned\x07\n::error::x"},
			Path:      path("lines").Key(`welder 🤖 "溶接"`).Key("podAntiAffinity"), Location: at(prod, "Hard", lint.LayerValues),
			Chart: "charts/connectware",
			Fixes: []lint.Fix{{Title: "remove the comment", Safety: lint.Safe, Sets: []lint.Set{{Erase: 3}}}, {Title: "write hard", Safety: lint.Safe, Sets: []lint.Set{
				{Path: path("lines").Key(`welder 🤖 "溶接"`).Key("podAntiAffinity"), Value: "hard"}}}},
		},
		{
			Rule: "no-spread", Category: "availability", Severity: lint.Info,
			Message:  "2 replicas and no rule that spreads them",
			Effect:   "one node's failure can take all 2 pods",
			Path:     path("agents[1].podAntiAffinity"),
			Location: at(prod, "podAntiAffinity: none, labels: {plant: north, hall: hall-5", lint.LayerValues),
		},
		{
			Rule: "no-spread", Category: "availability", Severity: lint.Warning,
			Message: "3 replicas and no rule that spreads them", Caret: "podAntiAffinity would stand here",
			Effect: "one node's failure can take all 3 pods; the scheduler's default spreading only prefers otherwise",
			Field:  "spec.template.spec", Path: path("nats.podAntiAffinity"),
			Location: behind(prod, "  replicas: 3", lint.LayerValues),
			Fixes: []lint.Fix{{Title: "rename podAntiAfinity to podAntiAffinity", Safety: lint.Safe, Sets: []lint.Set{
				{Path: path("nats.podAntiAfinity"), Move: path("nats.podAntiAffinity")}}}},
		},
		{
			Rule: "topology-key-suspicious", Category: "topology", Severity: lint.Warning,
			Message: "node is no label that Kubernetes puts on nodes", Caret: "did you mean kubernetes.io/hostname?",
			Effect:    "if no node carries it, pods stay Pending",
			Workloads: []string{"Deployment/demo-workbench"}, Field: antiAffinity + ".topologyKey",
			Path: path("workbench.topologyKey"),
		},
		{
			Rule: "topology-key-not-a-failure-domain", Category: "topology", Severity: lint.Warning,
			Message: "beta.kubernetes.io/arch is no failure domain", Caret: "nodes share its value",
			Field:    "spec.template.spec.topologySpreadConstraints[0].topologyKey",
			Location: at(template, `topologyKey: {{ .key | default "beta.kubernetes.io/arch" }}`, lint.LayerTemplate),
		},
		{
			Rule: "no-spread", Category: "availability", Severity: lint.Info, Profiles: []string{"dev", "prod"},
			Message: "soft rules promise nothing", Path: path("nats.podAntiAffinity"),
			Location: at(chart, "soft", lint.LayerChart),
		},
		{
			Rule: "nothing-checked", Category: "run", Severity: lint.Error,
			Message: "no workload was found: nothing was checked", Effect: "a gate that looks at nothing would always be green",
			Location: lint.Location{File: "charts/empty", Layer: lint.LayerChart},
		},
	}
	findings[4].Location = at(set, "node", lint.LayerSet)
	for _, name := range strings.Fields("control-plane-broker auth-server service-manager protocol-mapper workbench nats admin-web-app") {
		findings[5].Workloads = append(findings[5].Workloads, "StatefulSet/demo-"+name)
	}
	for i := range findings[:7] {
		findings[i].Chart = "charts/connectware"
	}
	return lint.Report{
		Charts: []string{"charts/connectware", "charts/connectware", "charts/empty"}, Workloads: 14,
		Rules: make([]string, 17), Findings: findings, Renders: 23, Unjudged: true, Kube: "v1.37",
		NotJudged: []string{"Cluster/pg"},
		Profiles:  []lint.Judged{{Profile: "dev", Chart: "charts/connectware", Workloads: 7, Kube: "v1.37", Unjudged: true}, {Profile: "prod", Chart: "charts/connectware", Nodes: 9, Workloads: 7, Kube: "1.36.1"}},
		Accepted: []lint.Accepted{
			{By: lint.ByComment, Reason: "the nodes of plant 3 carry only this label", Finding: lint.Finding{
				Rule: "topology-key-deprecated", Category: "topology", Severity: lint.Warning, Message: "the key is deprecated",
				Path: path("nats.replicas"), Location: at(prod, "3", lint.LayerValues)}},
			{By: lint.ByBaseline, Finding: lint.Finding{Rule: "no-spread", Category: "availability", Severity: lint.Warning,
				Message: "2 replicas and no rule that spreads them", Location: helper}},
		},
	}
}
