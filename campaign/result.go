package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// result is what is known of one chart: a file below -out.
type result struct {
	Repository, Name, Version string
	Key                       string // of the chart, the programs and what was asked for
	Dir                       string
	Workloads                 int
	Refused                   string   // what helm says to the chart's defaults
	Renders                   outcomes // by outcome
	Findings                  map[string]int
	Judged                    outcomes
	Blames                    outcomes
	Trials                    outcomes
	Fixes                     outcomes
	Defects                   map[string]outcomes // trials by defect
	Helm, Lint                time.Duration       // CPU, the least of three
	Memory                    int64               // bytes of spreadlint, the most of three
	Clean                     bool                // of findings, so that nothing was traced
	Failures                  []failure
}

func (r result) id() string { return r.Repository + "/" + r.Name }

// outcomes counts what came of checks of one kind.
type outcomes map[string]int

// failure is a check that did not hold.
type failure struct {
	Check, What string
	Detail      string
	Command     string
}

func (r *result) fail(check, what, detail string, commands ...ran) {
	var lines []string
	for _, c := range commands {
		lines = append(lines, c.command())
	}
	r.Failures = append(r.Failures, failure{check, what, detail, strings.Join(lines, "\n")})
}

// key names everything that a result depends on.
func (c *campaign) key(one chart) (string, error) {
	sum := sha256.New()
	digest, err := one.digest()
	if err != nil {
		return "", err
	}
	fmt.Fprintln(sum, digest, c.trials, c.cases, c.kubeVersion, c.limit)
	for _, digest := range c.programs {
		fmt.Fprintln(sum, digest)
	}
	return hex.EncodeToString(sum.Sum(nil))[:32], nil
}

// all checks charts, several at once; what was checked before is read. Results
// come in the order of the charts.
func (c *campaign) all(charts []chart) ([]result, error) {
	results, errs := make([]result, len(charts)), make([]error, len(charts))
	next := make(chan int)
	var workers sync.WaitGroup
	var said sync.Mutex
	done := 0
	for range c.jobs {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range next {
				start := time.Now()
				known, err := c.one(charts[i], &results[i])
				said.Lock()
				done++
				if errs[i] = err; err != nil {
					fmt.Fprintf(c.stderr, "[%d/%d] %s: %v\n", done, len(charts), charts[i].id(), err)
				} else if !known {
					fmt.Fprintf(c.stderr, "[%d/%d] %s (%.1fs)\n", done, len(charts), results[i].line(), time.Since(start).Seconds())
				}
				said.Unlock()
			}
		}()
	}
	for i := range charts {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// one checks a chart, or reads what came of it before.
func (c *campaign) one(one chart, into *result) (known bool, err error) {
	key, err := c.key(one)
	if err != nil {
		return false, err
	}
	file := filepath.Join(c.out, "results", one.repository, one.name+".json")
	if text, err := os.ReadFile(file); err == nil && json.Unmarshal(text, into) == nil && into.Key == key {
		return true, nil
	}
	*into = result{Repository: one.repository, Name: one.name, Version: one.version, Dir: one.dir, Key: key,
		Renders: outcomes{}, Findings: map[string]int{}, Judged: outcomes{}, Blames: outcomes{}, Trials: outcomes{}, Fixes: outcomes{}, Defects: map[string]outcomes{}}
	if err := c.checkChart(one, into); err != nil {
		return false, err
	}
	text, err := json.MarshalIndent(into, "", " ")
	if err != nil {
		return false, err
	}
	return false, writeWhole(file, text)
}

// writeWhole writes a file so that a campaign that is ended leaves either the
// old one or the new one.
func writeWhole(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", text, 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

func anyFailed(results []result) bool {
	for _, r := range results {
		if len(r.Failures) > 0 {
			return true
		}
	}
	return false
}

// checkChart does all checks of a chart. An error is one of the campaign's
// own, never of the chart.
func (c *campaign) checkChart(one chart, r *result) error {
	folder := filepath.Join(c.out, "files", one.repository, one.name)
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	k := &check{campaign: c, chart: one, result: r, folder: folder}
	k.renders()
	if err := k.blames(); err != nil {
		return err
	}
	if err := k.tryOverrides(); err != nil {
		return err
	}
	k.speed()
	return nil
}

// check is a chart under way.
type check struct {
	*campaign
	chart  chart
	result *result
	folder string // for files that reproduce failures
	files  int

	values    map[string]any // effective, with defaults
	defaults  []document     // by helm
	findings  []finding      // with defaults
	last      map[string]any // effective values of the render before
	blameable []blamed
}

// keep writes a file that a command of a failure needs.
func (k *check) keep(text string) (string, error) {
	k.files++
	name := filepath.Join(k.folder, fmt.Sprintf("%03d.yaml", k.files))
	return name, os.WriteFile(name, []byte(text), 0o644)
}
