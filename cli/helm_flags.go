package cli

// helmCommands are the commands of helm that apply a chart, or show one.
var helmCommands = map[string]bool{"upgrade": true, "install": true, "template": true}

// meaning is what a flag of helm means for lint.
type meaning int

const (
	irrelevant  meaning = iota // it does not change what is rendered
	passed                     // lint has the same flag
	unjudgeable                // it brings in what is not on this disk
)

// helmFlag is a flag of helm.
type helmFlag struct {
	means meaning
	value bool   // it takes a value
	why   string // of what cannot be judged
}

// lastValues is why flags that reuse values cannot be judged.
const lastValues = "the values of the last release are in the cluster"

// helmFlags are the flags of upgrade, install and template of Helm 3 and 4.
// One that is not here is never guessed at.
var helmFlags = func() map[string]helmFlag {
	flags := map[string]helmFlag{
		"--reuse-values":            {means: unjudgeable, why: lastValues},
		"--reset-then-reuse-values": {means: unjudgeable, why: lastValues},
		"--post-renderer":           {means: unjudgeable, value: true, why: "a program changes what is rendered"},
		"--post-renderer-args":      {means: unjudgeable, value: true, why: "a program changes what is rendered"},
		"--repo":                    {means: unjudgeable, value: true, why: "the chart would be downloaded; `helm pull` it first"},
		"--dependency-update":       {means: unjudgeable, why: "dependencies would be downloaded; run `helm dependency update` first"},
		"--enable-dns":              {means: unjudgeable, why: "templates could ask a name server"},
		"--show-only":               {means: unjudgeable, value: true, why: "only a part would be shown"},
		"-s":                        {means: unjudgeable, value: true, why: "only a part would be shown"},
		"--validate":                {means: unjudgeable, why: "the cluster would be asked for its API versions"},
	}
	add := func(means meaning, value bool, names ...string) {
		for _, name := range names {
			flags[name] = helmFlag{means: means, value: value}
		}
	}
	add(passed, true, "-f", "--values", "--set", "--set-string", "--set-json", "--set-file", "--set-literal", "-n", "--namespace", "--kube-version", "-a", "--api-versions")
	add(passed, false, "--is-upgrade", "--skip-tests")
	add(irrelevant, true, "--timeout", "--history-max", "--description", "--kube-context", "--kubeconfig", "--kube-token", "--kube-apiserver", "--kube-as-user",
		"--kube-as-group", "--kube-ca-file", "--kube-tls-server-name", "-l", "--labels", "-o", "--output", "--keyring", "--registry-config",
		"--repository-cache", "--repository-config", "--content-cache", "--username", "--password", "--ca-file", "--cert-file", "--key-file", "--burst-limit",
		"--qps", "--version", "--name-template", "--output-dir", "--release-name", "--color", "--colour")
	add(irrelevant, false, "-i", "--install", "--wait", "--wait-for-jobs", "--atomic", "--rollback-on-failure", "--create-namespace", "--dry-run", "--debug",
		"--force", "--force-replace", "--force-conflicts", "--cleanup-on-fail", "--no-hooks", "--skip-crds", "--include-crds", "--render-subchart-notes", "--verify",
		"--insecure-skip-tls-verify", "--kube-insecure-skip-tls-verify", "--pass-credentials", "--plain-http", "--reset-values", "--disable-openapi-validation",
		"--skip-schema-validation", "--server-side", "--take-ownership", "--hide-secret", "--hide-notes", "--devel", "-g", "--generate-name", "--replace")
	flags["--release-name"] = helmFlag{}
	return flags
}()
