package cli

import (
	"fmt"
	"path"
	"strings"

	"github.com/spreadlint/spreadlint/report"
	"github.com/spreadlint/spreadlint/values"
)

// configuration is the text of a first configuration. What is not known stands
// in it as a comment.
func (s *sources) configuration() string {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	line("# What spreadlint judges here. `spreadlint config schema` prints the file's JSON Schema,")
	line("# `spreadlint config show CHART` what holds for a chart. Paths are relative to this file.")
	line("")
	line("# What must survive. survive: node, zone or none; strict: only hard rules count.")
	line("intent:")
	line("  default: {survive: node}")
	if len(s.charts) == 1 {
		s.charts[0].suggest(line, "  # ")
		line("")
		s.profiles(line, s.charts[0], "")
	} else {
		line("")
		line("# The charts, each with its own intents and environments.")
		line("charts:")
		for _, c := range s.charts {
			line("  %s:", word(c.relative))
			if len(c.workloads) > 0 || c.unknown != "" {
				line("    # intent:")
				c.suggest(line, "    #   ")
			}
			s.profiles(line, c, "    ")
			if len(c.sets) == 0 {
				line("    ignore: []")
			}
		}
	}
	line("")
	line("# The version of the cluster, and of its next upgrade.")
	line(`# kubeVersion: "1.33"`)
	line(`# targetKubeVersion: "1.37"`)
	return b.String()
}

// suggest names the workloads that an intent may be about.
func (c chartSource) suggest(line func(string, ...any), indent string) {
	const most = 8
	for i, w := range c.workloads {
		if i == most {
			line("%s... and %d more; `spreadlint knobs %s` lists them", indent, len(c.workloads)-most, report.Clean(c.path))
			break
		}
		line("%s%s: {survive: zone, strict: true}", indent, word(w))
	}
	switch {
	case c.unknown != "":
		line("%sbroker: {survive: zone, strict: true}   # the chart does not render with its defaults: %s", indent, oneLine(c.unknown))
	case len(c.workloads) == 0:
		line("%sno workload runs several pods with the defaults", indent)
	}
}

// profiles writes an environment for each set of values.
func (s *sources) profiles(line func(string, ...any), c chartSource, indent string) {
	if len(c.sets) == 0 {
		line("%s# Environments: their nodes (`kubectl get nodes -o yaml`) and values.", indent)
		line("%s# profiles:", indent)
		line("%s#   prod: {nodes: inventories/prod.yaml, values: [values-prod.yaml]}", indent)
		return
	}
	if indent == "" {
		line("# Environments: what `lint --all-profiles` judges and `generate --all-profiles` writes values for.")
	}
	line("%sprofiles:", indent)
	for _, set := range c.sets {
		line("%s  %s:", indent, word(set.profile))
		line("%s    values: [%s]", indent, word(set.file))
		if nodes := s.nodesFor(set.profile); nodes != "" {
			line("%s    nodes: %s", indent, word(nodes))
		} else {
			line("%s    # nodes: inventories/%s.yaml   # kubectl get nodes -o yaml > inventories/%s.yaml", indent, set.profile, set.profile)
		}
	}
}

// nodesFor is the list of nodes whose name has the profile's, or the only one
// when it has nobody's.
func (s *sources) nodesFor(profile string) string {
	for _, name := range s.nodes {
		if strings.Contains(strings.ToLower(path.Base(name)), strings.ToLower(profile)) {
			return name
		}
	}
	if len(s.nodes) != 1 {
		return ""
	}
	for _, c := range s.charts {
		for _, set := range c.sets {
			if strings.Contains(strings.ToLower(path.Base(s.nodes[0])), strings.ToLower(set.profile)) {
				return "" // it is that one's
			}
		}
	}
	return s.nodes[0]
}

// summary says what was found.
func (s *sources) summary() string {
	sets := 0
	for _, c := range s.charts {
		sets += len(c.sets)
	}
	return fmt.Sprintf("%s, %s, %s", counted(len(s.charts), "chart"), counted(sets, "profile"), counted(len(s.nodes), "list")+" of nodes")
}

// next is what to lint first: a chart with environments, else all that there
// is.
func (s *sources) next(folder string) string {
	for _, c := range s.charts {
		if len(c.sets) > 0 {
			return c.path + " --all-profiles"
		}
	}
	return folder
}

// word writes a text as YAML has it.
func word(text string) string { return values.Word(text) }

func oneLine(text string) string { return report.Clean(strings.Join(strings.Fields(text), " ")) }
