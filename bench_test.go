package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
)

// BenchmarkLint times whole processes: `helm template` and `spreadlint lint`
// of the same chart and values, in turn, and reports the median of the ratios
// of the pairs. It needs helm on the PATH
// (go install helm.sh/helm/v3/cmd/helm@v3.22.0).
func BenchmarkLint(b *testing.B) {
	helm, spreadlint := benchPrograms(b)
	fifty := fiftyWorkloads(b)
	for _, c := range []struct{ name, chart, values string }{
		{"connectware/clean", "charts/connectware", "examples/values-prod.yaml"},
		{"connectware/findings", "charts/connectware", "examples/broken-constraints.yaml"},
		{"connectware-agent/clean", "charts/connectware-agent", "examples/agents-prod.yaml"},
		{"connectware-agent/findings", "charts/connectware-agent", "examples/agents-broken.yaml"},
		{"fifty-workloads/clean", fifty, ""},
		{"fifty-workloads/ten-findings", fifty, writeFile(b, "ten.yaml", tenFindings())},
	} {
		b.Run(c.name, func(b *testing.B) {
			var values []string
			if c.values != "" {
				values = []string{"-f", c.values}
			}
			template := append([]string{helm, "template", c.chart, "--kube-version", "1.37.0"}, values...)
			lint := append([]string{spreadlint, "lint", c.chart}, values...)
			benchPairs(b, template, lint)
			b.ReportMetric(float64(rendersOf(b, append(lint, "-o", "json"))), "renders")
		})
	}
}

// BenchmarkFix corrects ten findings in a values file of 2,000 lines over a
// chart of 50 workloads.
func BenchmarkFix(b *testing.B) {
	helm, spreadlint := benchPrograms(b)
	chart := fiftyWorkloads(b)
	text := tenFindings()
	defaults, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	_, others, _ := strings.Cut(string(defaults), "\nservice9:")
	text += others[strings.Index(others, "\nservice10:")+1:] // people keep full copies
	for strings.Count(text, "\n") < 2000 {
		text += "# A line of the documentation that such files carry.\n"
	}
	values := writeFile(b, "long.yaml", text)
	benchPairs(b, []string{helm, "template", "demo", chart, "--kube-version", "1.37.0", "-f", values},
		[]string{spreadlint, "fix", "demo", chart, "-f", values, "--unsafe-fixes"})
}

// BenchmarkRules is what the rules themselves cost: linting a chart of 50
// workloads without findings, which needs no further render, as a share of
// rendering it once.
func BenchmarkRules(b *testing.B) {
	chart := fiftyWorkloads(b)
	for b.Loop() {
		var shares []float64
		for range benchRuns {
			start := time.Now()
			release, err := render.Render(chart, render.Options{Name: "demo"})
			if err != nil {
				b.Fatal(err)
			}
			rendered := time.Since(start)
			start = time.Now()
			report, err := lint.Run(release, lint.Options{})
			if err != nil || len(report.Findings) > 0 || report.Renders > 1 {
				b.Fatalf("%v, %d findings, %d renders", err, len(report.Findings), report.Renders)
			}
			shares = append(shares, time.Since(start).Seconds()/rendered.Seconds())
		}
		b.ReportMetric(100*median(shares), "%-of-render")
	}
}

// BenchmarkSimulate is the CPU time of a whole `simulate` of 100 pods on 100
// nodes, that of starting the program taken off.
func BenchmarkSimulate(b *testing.B) {
	_, spreadlint := benchPrograms(b)
	manifests := writeFile(b, "web.yaml", `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 100
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: web, resources: {requests: {cpu: 100m}}}]
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}]
`)
	nodes := writeFile(b, "nodes.yaml", "pools: [{name: worker, count: 100, zones: [a, b, c], allocatable: {cpu: 4, memory: 16Gi}}]\n")
	for b.Loop() {
		var start, whole []float64
		for range benchRuns {
			start = append(start, cpu(spreadlint, "--version"))
			whole = append(whole, cpu(spreadlint, "simulate", "--manifests", manifests, "--nodes", nodes))
		}
		b.ReportMetric(1000*median(start), "ms-start")
		b.ReportMetric(1000*(median(whole)-median(start)), "ms-beyond-start")
	}
}

// cpu is the processor time of a process in seconds.
func cpu(program string, arguments ...string) float64 {
	command := exec.Command(program, arguments...)
	_ = command.Run() // exit 1 is a stuck rollout
	return (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
}

// BenchmarkStart compares `helm version` with `spreadlint --version`.
func BenchmarkStart(b *testing.B) {
	helm, spreadlint := benchPrograms(b)
	benchPairs(b, []string{helm, "version"}, []string{spreadlint, "--version"})
}

func benchPrograms(b *testing.B) (helm, spreadlint string) {
	b.Helper()
	helm, err := exec.LookPath("helm")
	if err != nil {
		b.Skip("helm is not on the PATH: go install helm.sh/helm/v3/cmd/helm@v3.22.0")
	}
	spreadlint = filepath.Join(b.TempDir(), "spreadlint")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", spreadlint, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	return helm, spreadlint
}

const benchRuns = 15

func benchPairs(b *testing.B, reference, measured []string) {
	b.Helper()
	for b.Loop() {
		var ratios, slow, fast []float64
		for i := range benchRuns + 1 {
			r, m := wall(reference), wall(measured)
			if i == 0 {
				continue // warm-up
			}
			ratios, slow, fast = append(ratios, m/r), append(slow, r), append(fast, m)
		}
		b.ReportMetric(median(ratios), "x-helm")
		b.ReportMetric(1000*median(slow), "ms-helm")
		b.ReportMetric(1000*median(fast), "ms-spreadlint")
	}
}

func wall(command []string) float64 {
	start := time.Now()
	_ = exec.Command(command[0], command[1:]...).Run() // exit 1 is findings
	return time.Since(start).Seconds()
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

func rendersOf(b *testing.B, command []string) int {
	b.Helper()
	out, _ := exec.Command(command[0], command[1:]...).Output() // exit 1 is findings
	var report struct {
		Summary struct{ Renders int }
	}
	if err := json.Unmarshal(out, &report); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return report.Summary.Renders
}

func writeFile(b *testing.B, name, text string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	return path
}

// fiftyWorkloads writes a chart of 50 Deployments with a Service each, in the
// style of the shipped one.
func fiftyWorkloads(b *testing.B) string {
	b.Helper()
	helpers, err := os.ReadFile("charts/connectware/templates/_helpers.tpl")
	if err != nil {
		b.Fatal(err)
	}
	template, err := os.ReadFile("charts/connectware/templates/doc-server.yaml")
	if err != nil {
		b.Fatal(err)
	}
	defaults, err := os.ReadFile("charts/connectware/values.yaml")
	if err != nil {
		b.Fatal(err)
	}
	block := string(defaults)
	block = block[strings.Index(block, "\ndocServer:"):]
	if end := strings.Index(block[1:], "\n# -----"); end > 0 {
		block = block[:end+1]
	}
	chart := writeFile(b, "fifty/Chart.yaml", "apiVersion: v2\nname: fifty\nversion: 0.1.0\nappVersion: \"1\"\n")
	dir := filepath.Dir(chart)
	var values strings.Builder
	values.Write(defaults)
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	write("templates/_helpers.tpl", string(helpers))
	for i := range 50 {
		text := strings.ReplaceAll(string(template), "docServer", fmt.Sprintf("service%d", i))
		write(fmt.Sprintf("templates/service-%d.yaml", i), strings.ReplaceAll(text, "doc-server", fmt.Sprintf("service-%d", i)))
		values.WriteString(strings.ReplaceAll(block, "docServer", fmt.Sprintf("service%d", i)))
	}
	write("values.yaml", values.String())
	return dir
}

// tenFindings are values with ten defects of several rules.
func tenFindings() string {
	var values strings.Builder
	for i := range 10 {
		key := []string{"podAntiAffinityTopologyKey: kubernetes.io/os=linux", "podAntiAffinity: Hard",
			"podAntiAffinityTopologyKey: failure-domain.beta.kubernetes.io/zone", "podAntiAffinity: none", "podAntiAfinity: soft"}[i%5]
		fmt.Fprintf(&values, "service%d:\n  replicas: 3\n  %s\n", i, key)
	}
	return values.String()
}
