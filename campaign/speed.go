package main

import (
	"fmt"
	"path/filepath"
	"time"
)

// speed runs both programs three times with the chart's defaults; the least CPU
// time counts, for what a busy machine adds is never less than nothing.
func (k *check) speed() {
	if k.defaults == nil {
		return
	}
	var most time.Duration // that helm takes: keys are made in random time
	for i := range 3 {
		helm, lint := k.measured(k.limit, k.templateArgs(k.chart.dir)...), k.measured(k.limit, k.lintArgs(k.chart.dir)...)
		most = max(most, helm.cpu)
		if i == 0 || helm.cpu < k.result.Helm {
			k.result.Helm = helm.cpu
		}
		if i == 0 || lint.cpu < k.result.Lint {
			k.result.Lint = lint.cpu
		}
		k.result.Memory = max(k.result.Memory, lint.memory)
	}
	if ratio := k.result.ratio(); k.result.Clean && ratio > slowest && k.result.Lint > tooShort && k.result.Lint.Seconds() > slowest*most.Seconds() {
		k.result.fail("speed", "a clean chart is slow", fmt.Sprintf("%.2f times helm template: %v, %v", ratio, k.result.Lint, k.result.Helm),
			ran{args: []string{k.spreadlint, "lint", k.chart.dir, "--kube-version", k.kubeVersion}})
	}
}

const (
	slowest    = 1.5                    // a clean chart may take, times its helm template
	tooShort   = 200 * time.Millisecond // of CPU: starting the program is most of it
	halfOf     = 0.5                    // of the loop's CPU all charts may take in one process
	mostMemory = 500 << 20              // bytes at once
)

func (r result) ratio() float64 {
	if r.Helm <= 0 {
		return 0
	}
	return r.Lint.Seconds() / r.Helm.Seconds()
}

// wholeFolder is all charts that helm renders in one process of spreadlint,
// against a process of helm for each.
type wholeFolder struct {
	charts int
	helm   time.Duration
	lint   time.Duration
	memory int64
	exit   int
}

func (c *campaign) lintAll(results []result) *wholeFolder {
	whole := &wholeFolder{}
	args := []string{c.spreadlint, "lint"}
	for _, r := range results {
		if r.Refused != "" || r.Helm == 0 {
			continue
		}
		whole.charts++
		whole.helm += r.Helm
		args = append(args, r.Dir)
	}
	if whole.charts == 0 {
		return nil
	}
	report := filepath.Join(c.out, "whole.json")
	r := c.measured(time.Duration(whole.charts)*c.limit, append(args, "--kube-version", c.kubeVersion, "--no-config", "--allow-empty", "-o", "json="+report)...)
	whole.lint, whole.memory, whole.exit = r.cpu, r.memory, r.exit
	return whole
}

func (w *wholeFolder) ratio() float64 { return w.lint.Seconds() / w.helm.Seconds() }

func (w *wholeFolder) failed() bool {
	return w != nil && (w.exit < 0 || w.exit > 1 || w.memory > mostMemory || w.charts >= manyCharts && w.ratio() > halfOf)
}

// manyCharts is from how many charts on the time that a program takes to start
// no longer decides.
const manyCharts = 20
