package render

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/spreadlint/spreadlint/values"
)

// TestFeatures renders each chart of testdata with each of its *.args files
// and compares the documents with a golden file and, where helm is on the
// PATH, with `helm template`. The golden file also lists the workloads, so
// that what the scheduler would see is compared too.
func TestFeatures(t *testing.T) {
	helm, err := exec.LookPath("helm")
	if err != nil {
		t.Log("helm is not on the PATH: only the golden files are compared")
	}
	cases, err := filepath.Glob("testdata/*/*.args")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(name), "testdata/"), ".args"), func(t *testing.T) {
			chart := caseChart(t, filepath.Dir(name))
			args := readArguments(t, name)
			release, err := Render(chart, args.options(t, filepath.Dir(name)))
			if err != nil {
				t.Fatal(err)
			}
			got := sourced(t, release)
			if helm != "" {
				if want := helmTemplate(t, helm, chart, args, filepath.Dir(name)); strings.Join(want, "\n---\n") != strings.Join(got, "\n---\n") {
					t.Errorf("helm renders %d documents, spreadlint %d; the first that differs: %s", len(want), len(got), firstDifference(want, got))
				}
			}
			golden := strings.TrimSuffix(name, ".args") + ".golden"
			text := summary(release) + "---\n" + strings.Join(got, "\n---\n") + "\n"
			if *update {
				if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != text {
				t.Errorf("%s differs: %s", golden, firstDifference(strings.Split(string(want), "\n"), strings.Split(text, "\n")))
			}
		})
	}
}

// caseChart is the chart of a case. What stands in vendored/ is packed into
// archives in its charts/ folder, in a copy.
func caseChart(t *testing.T, dir string) string {
	t.Helper()
	chart := filepath.Join(dir, "chart")
	vendored, err := filepath.Glob(filepath.Join(dir, "vendored", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(vendored) == 0 {
		return chart
	}
	copied := filepath.Join(t.TempDir(), "chart")
	if err := os.CopyFS(copied, os.DirFS(chart)); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(copied, "charts"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, v := range vendored {
		archive := pack(t, os.DirFS(v), filepath.Base(v))
		if err := os.WriteFile(filepath.Join(copied, "charts", filepath.Base(v)+"-1.2.0.tgz"), archive, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return copied
}

// pack makes a chart's archive, as `helm package` does.
func pack(t *testing.T, files fs.FS, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	archive := tar.NewWriter(zip)
	err := fs.WalkDir(files, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, file)
		if err != nil {
			return err
		}
		if err := archive.WriteHeader(&tar.Header{Name: path.Join(name, file), Mode: 0o644, Size: int64(len(data)), Typeflag: tar.TypeReg}); err != nil {
			return err
		}
		_, err = archive.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// arguments are those of a helm command line: a flag and its value each.
type arguments [][2]string

// readArguments reads a file with a flag and its value in each line.
func readArguments(t *testing.T, name string) arguments {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var args arguments
	for _, line := range strings.Split(string(text), "\n") {
		if flag, value, _ := strings.Cut(line, " "); flag != "" {
			args = append(args, [2]string{flag, value})
		}
	}
	return args
}

func (args arguments) options(t *testing.T, dir string) Options {
	t.Helper()
	o := Options{Name: "demo"}
	o.Values.ReadFile = func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, name)) }
	for _, a := range args {
		switch flag, value := a[0], a[1]; flag {
		case "-f":
			data, err := os.ReadFile(filepath.Join(dir, value))
			if err != nil {
				t.Fatal(err)
			}
			file, err := values.Parse(value, data)
			if err != nil {
				t.Fatal(err)
			}
			o.Values.Files = append(o.Values.Files, file)
		case "-n":
			o.Namespace = value
		case "-a":
			o.APIVersions = append(o.APIVersions, value)
		case "--name":
			o.Name = value
		case "--kube-version":
			o.KubeVersion = value
		case "--is-upgrade":
			o.IsUpgrade = true
		case "--skip-tests":
			o.SkipTests = true
		default:
			o.Values.Sets = append(o.Values.Sets, SetArgument{Flag: flag, Text: value})
		}
	}
	return o
}

var sourceHead = regexp.MustCompile(`(?m)^---\n# Source: (.*)\n`)

// helmTemplate is what helm renders: "source\ntext" of each document, sorted.
func helmTemplate(t *testing.T, helm, chart string, args arguments, dir string) []string {
	t.Helper()
	chart, err := filepath.Abs(chart)
	if err != nil {
		t.Fatal(err)
	}
	name, version := "demo", DefaultKubeVersion
	var line []string
	for _, a := range args {
		switch a[0] {
		case "--name":
			name = a[1]
		case "--kube-version":
			version = a[1]
		case "--is-upgrade", "--skip-tests":
			line = append(line, a[0])
		default:
			line = append(line, a[0], a[1])
		}
	}
	command := exec.Command(helm, append([]string{"template", name, chart, "--kube-version", version}, line...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "HELM_NAMESPACE=", "KUBECONFIG="+os.DevNull)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	text := "\n" + string(out)
	var docs []string
	heads := sourceHead.FindAllStringSubmatchIndex(text, -1)
	for i, h := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		// Of several separators in a row helm keeps every second one.
		body := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text[h[1]:end]), "---"))
		if body != "" {
			docs = append(docs, text[h[2]:h[3]]+"\n"+body)
		}
	}
	sort.Strings(docs)
	return docs
}

// sourced is what the release renders, in the form of helmTemplate.
func sourced(t *testing.T, r *Release) []string {
	t.Helper()
	var docs []string
	for _, name := range sortedNames(r.Texts()) {
		parts := split(name, name, r.Texts()[name])
		if _, err := decode(parts, nil); err != nil {
			t.Fatal(err)
		}
		for _, d := range parts {
			if !isPartial(name) && !d.skipped && !(r.options.SkipTests && isTest(d.hook)) {
				docs = append(docs, name+"\n"+strings.TrimSpace(d.text))
			}
		}
	}
	sort.Strings(docs)
	return docs
}

// summary lists the workloads, a line each, and what Helm warned of.
func summary(r *Release) string {
	var b strings.Builder
	for _, w := range r.Workloads {
		fmt.Fprintf(&b, "# %s in %s: %d-%d pods", w.ID(), w.Namespace, w.Replicas, w.MaxReplicas)
		if w.Autoscaler != "" {
			fmt.Fprintf(&b, " by %s", w.Autoscaler)
		}
		if w.Hook != "" {
			fmt.Fprintf(&b, ", hook %s", w.Hook)
		}
		if w.IsTest() {
			b.WriteString(", a test")
		}
		if w.Custom {
			b.WriteString(", custom")
		}
		if w.HasHostPort() {
			b.WriteString(", host port")
		}
		for _, term := range w.Terms() {
			fmt.Fprintf(&b, "; %s %s", term.Kind(), term.TopologyKey)
		}
		b.WriteString("\n")
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(&b, "# warning: %s\n", warning)
	}
	return b.String()
}

// TestOneChartManyValues: rendering a chart leaves no trace in it. Every
// variant, rendered before and after the others from one chart, is as from a
// chart of its own; Helm switches dependencies off in the chart that it gets.
func TestOneChartManyValues(t *testing.T) {
	const dir = "testdata/dependencies"
	chart := Open(filepath.Join(dir, "chart"))
	for _, variant := range []string{"default", "tags", "values", "tags", "default"} {
		release, err := chart.Render(readArguments(t, filepath.Join(dir, variant+".args")).options(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := allTexts(release), allTexts(renderCase(t, dir, variant)); got != want {
			t.Errorf("%s, rendered from a chart that was rendered before:\n%s\nfrom a chart of its own:\n%s", variant, got, want)
		}
	}
}

// isPartial reports whether the engine renders nothing for this file itself.
func isPartial(name string) bool {
	return strings.HasPrefix(name[strings.LastIndex(name, "/")+1:], "_")
}
