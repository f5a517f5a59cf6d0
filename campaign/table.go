package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// markdown is the table of all charts, with totals. But for times and memory
// it is the same each time.
func markdown(results []result, whole *wholeFolder, kubeVersion string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Charts\n\nspreadlint on public charts, checked by `make campaign` against `helm template` for Kubernetes %s.\n", kubeVersion)
	b.WriteString("CONTRIBUTING.md says what is checked. Nothing of the charts is in this repository.\n\n")
	totals(&b, results, whole)
	b.WriteString("\n## Each chart\n\n")
	b.WriteString("`render` counts the chart's defaults and each of its `ci/*-values.yaml`; `trials` are defects in overrides that are blamed,\n")
	b.WriteString("of those that reach the cluster or that helm refuses; `fixes` are corrections that helm confirms, of those tried (the others were\n")
	b.WriteString("refused with a reason or failed); `CPU` is that of `spreadlint lint` in times of `helm template`.\n\n")
	b.WriteString("| chart | repository | version | workloads | render | findings | trials | fixes | failed checks | CPU | MiB |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range results {
		found := 0
		for _, n := range r.Findings {
			found += n
		}
		good, all := r.blamed()
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %s | %d | %s | %s | %s | %s | %s |\n", r.Name, r.Repository, r.Version, r.Workloads, r.Renders.text(), found,
			of(good, all), of(r.Fixes["mended"], r.Fixes.sum()), dashed(len(r.Failures)), times(r.ratio()), dashed(int(r.Memory>>20)))
	}
	return b.String()
}

func totals(b *strings.Builder, results []result, whole *wholeFolder) {
	renders, judged, blames, trials, fixes := outcomes{}, outcomes{}, outcomes{}, outcomes{}, outcomes{}
	repositories, defects := map[string]bool{}, map[string]outcomes{}
	workloads, failures, slow, clean := 0, 0, 0, 0
	for _, r := range results {
		repositories[r.Repository] = true
		workloads += r.Workloads
		failures += len(r.Failures)
		renders.add(r.Renders)
		judged.add(r.Judged)
		blames.add(r.Blames)
		trials.add(r.Trials)
		fixes.add(r.Fixes)
		for name, o := range r.Defects {
			if defects[name] == nil {
				defects[name] = outcomes{}
			}
			defects[name].add(o)
		}
		if r.Clean && r.Helm > 0 {
			clean++
			if r.ratio() > slowest {
				slow++
			}
		}
	}
	fmt.Fprintf(b, "%d charts of %d repositories, %d workloads; %d failed checks.\n\n", len(results), len(repositories), workloads, failures)
	fmt.Fprintf(b, "- Renders: %s.\n- Findings with the charts' own values, judged from helm's output: %s.\n", renders.text(), judged.text())
	fmt.Fprintf(b, "- The blamed value changed, or inserted where it is unset: %s.\n", blames.text())
	fmt.Fprintf(b, "- Trials: %s.\n- Fixes of blamed trials: %s.\n", trials.text(), fixes.text())
	fmt.Fprintf(b, "- CPU: %d of %d charts without findings take more than %.1f times `helm template`.\n", slow, clean, slowest)
	if whole != nil {
		fmt.Fprintf(b, "- %d charts in one process: %.1f s of CPU, %d MiB; `helm template` once a chart: %.1f s; ratio %.2f.\n",
			whole.charts, whole.lint.Seconds(), whole.memory>>20, whole.helm.Seconds(), whole.ratio())
	}
	b.WriteString("\n| defect | outcomes |\n|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(defects)) {
		fmt.Fprintf(b, "| %s | %s |\n", name, defects[name].text())
	}
}

// blamed counts the trials with the defect's own line or a refusal named, of
// those that had something to find.
func (r result) blamed() (good, all int) {
	for outcome, n := range r.Trials {
		switch outcome {
		case "did not reach", "harmless", "false extra", "false on a legal value":
			continue
		case "blamed", "refused, place named", "refused, reason named":
			good += n
		}
		all += n
	}
	return good, all
}

func (o outcomes) add(other outcomes) {
	for name, n := range other {
		o[name] += n
	}
}

func (o outcomes) sum() (sum int) {
	for _, n := range o {
		sum += n
	}
	return sum
}

// text lists outcomes, the most frequent first.
func (o outcomes) text() string {
	names := slices.SortedFunc(maps.Keys(o), func(a, b string) int {
		if o[a] != o[b] {
			return o[b] - o[a]
		}
		return strings.Compare(a, b)
	})
	var parts []string
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%d %s", o[name], name))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func of(n, all int) string {
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", n, all)
}

func dashed(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func times(ratio float64) string {
	if ratio == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", ratio)
}

// line is a result in one line, for who watches.
func (r result) line() string {
	good, all := r.blamed()
	said := fmt.Sprintf("%s/%s: render %s; trials %d/%d; fixes %d/%d", r.Repository, r.Name, r.Renders.text(), good, all, r.Fixes["mended"], r.Fixes.sum())
	if len(r.Failures) > 0 {
		said += fmt.Sprintf("; %d FAILED", len(r.Failures))
	}
	return said
}

// printFailures prints each failure with what shows it.
func printFailures(w io.Writer, results []result) {
	for _, r := range results {
		for _, f := range r.Failures {
			fmt.Fprintf(w, "\n%s/%s: %s: %s\n  %s\n", r.Repository, r.Name, f.Check, f.What, strings.TrimSpace(f.Detail))
			for _, command := range strings.Split(f.Command, "\n") {
				fmt.Fprintf(w, "  $ %s\n", command)
			}
		}
	}
}
