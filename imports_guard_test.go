package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestNoReplace keeps `go install` working, which refuses a module that replaces another.
func TestNoReplace(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if word := strings.Fields(line); len(word) > 0 && word[0] == "replace" {
			t.Errorf("go.mod:%d: %s", i+1, line)
		}
	}
}

// TestNoFakeClients keeps packages out of the program through which the linker would keep every type of Kubernetes'
// client: with them it is 25 MB larger and starts more slowly.
func TestNoFakeClients(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".", "./cluster").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	for _, heavy := range []string{"k8s.io/client-go/kubernetes/fake", "k8s.io/kubernetes/pkg/scheduler", "k8s.io/kubernetes/pkg/scheduler/framework/runtime", "k8s.io/kubernetes/pkg/scheduler/testing"} {
		if slices.Contains(deps, heavy) {
			t.Errorf("the program contains %s", heavy)
		}
	}
}
