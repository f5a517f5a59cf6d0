package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// BenchmarkRepository lints a repository of 200 charts, every tenth of 50
// workloads, in one process, against `helm template` run once a chart; once
// each, for a loop takes half a minute. The peak of memory is the kernel's.
func BenchmarkRepository(b *testing.B) {
	helm, spreadlint := benchPrograms(b)
	fifty := fiftyWorkloads(b)
	repository := b.TempDir()
	for i := range 200 {
		from := "charts/connectware-agent"
		if i%10 == 0 {
			from = fifty
		}
		if err := os.CopyFS(filepath.Join(repository, "charts", fmt.Sprintf("chart-%03d", i)), os.DirFS(from)); err != nil {
			b.Fatal(err)
		}
	}
	charts, err := filepath.Glob(filepath.Join(repository, "charts", "*"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		start := time.Now()
		for _, chart := range charts {
			if out, err := exec.Command(helm, "template", "demo", chart, "--kube-version", "1.37.0").CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
		}
		loop := time.Since(start).Seconds()
		start = time.Now()
		command := exec.Command(spreadlint, "lint", repository, "--allow-empty")
		_ = command.Run() // exit 1 is findings
		whole := time.Since(start).Seconds()
		if code := command.ProcessState.ExitCode(); code > 1 {
			b.Fatalf("exit code %d", code)
		}
		b.ReportMetric(whole/loop, "x-loop")
		b.ReportMetric(loop, "s-loop")
		b.ReportMetric(whole, "s-spreadlint")
		if used, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
			b.ReportMetric(float64(used.Maxrss)/1024, "MiB-spreadlint")
		}
	}
}
