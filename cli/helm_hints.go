package cli

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/values"
)

// pulled says how a chart that helm would download comes onto this disk. The
// flags that say which one are those of `helm pull`, too.
func pulled(chart string, arguments []string) []string {
	if strings.HasPrefix(chart, ".") || strings.HasPrefix(chart, "/") || !strings.Contains(chart, "/") && flagOf(arguments, "--repo") == "" {
		return []string{"is the path right? It is relative to the current directory; a chart is a folder with a Chart.yaml, or a .tgz"}
	}
	command := "helm pull " + chart + " --untar"
	for _, flag := range []string{"--repo", "--version"} {
		if value := flagOf(arguments, flag); value != "" {
			command += " " + flag + " " + value
		}
	}
	return []string{"fetch it, and name the folder instead: " + command + "; spreadlint helm ... ./" + path.Base(strings.TrimSuffix(chart, "/"))}
}

// keptValues says how the values of a release come onto this disk.
func keptValues(name string, arguments []string) string {
	command := "helm get values " + name + " -o yaml"
	for _, flag := range []string{"-n", "--namespace"} {
		if value := flagOf(arguments, flag); value != "" {
			command += " -n " + value
		}
	}
	return command + " > kept.yaml, and -f kept.yaml before the other values instead of the flag"
}

// flagOf is the value of a flag as it was typed, "" when it was not.
func flagOf(arguments []string, flag string) string {
	for i, argument := range arguments {
		if value, joined := strings.CutPrefix(argument, flag+"="); joined {
			return value
		}
		if argument == flag && i+1 < len(arguments) {
			return arguments[i+1]
		}
	}
	return ""
}

// nearestHelmFlag suggests flags of helm for one that it does not know.
func nearestHelmFlag(flag string) []string {
	known := slices.Sorted(maps.Keys(helmFlags))
	if near := values.Nearest(flag, known, 2); len(flag) > 2 && len(near) > 0 {
		return []string{"did you mean " + strings.Join(near, " or ") + "?"}
	}
	return nil
}
