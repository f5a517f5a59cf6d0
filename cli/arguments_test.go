package cli

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestReorder(t *testing.T) {
	tests := []struct{ name, given, want string }{
		{"nothing", "", ""},
		{"command alone", "lint", "lint --"},
		{"flags behind the chart", "lint chart -f a.yaml", "lint -f a.yaml -- chart"},
		{"flags before the chart", "lint -f a.yaml chart", "lint -f a.yaml -- chart"},
		{"flags around the chart", "lint --set a=b chart -f a.yaml", "lint --set a=b -f a.yaml -- chart"},
		{"name and chart", "lint my chart --name x", "lint --name x -- my chart"},
		{"values joined by =", "lint chart --values=a.yaml -f=b.yaml", "lint --values=a.yaml -f=b.yaml -- chart"},
		{"short flag and value in one", "lint chart -fa.yaml -nprod -ojson", "lint -f a.yaml -n prod -o json -- chart"},
		{"standard input", "lint chart -f -", "lint -f - -- chart"},
		{"standard input in one", "lint -f- chart", "lint -f - -- chart"},
		{"a dash alone is no flag", "lint -", "lint -- -"},
		{"flag without a value", "lint --is-upgrade chart", "lint --is-upgrade -- chart"},
		{"flag without a value, set", "lint chart --is-upgrade=false x", "lint --is-upgrade=false -- chart x"},
		{"value that looks like a flag", "lint chart --set -z=b", "lint --set -z=b -- chart"},
		{"long flag with one dash", "lint chart -values a.yaml", "lint -values a.yaml -- chart"},
		{"unknown flag takes no value", "lint chart --foo bar", "lint --foo -- chart bar"},
		{"two dashes end the flags", "lint -f a.yaml -- chart -f", "lint -f a.yaml -- chart -f"},
		{"repeated flags keep their order", "lint -f a chart -f b -f c", "lint -f a -f b -f c -- chart"},
		{"help", "help", "--help"},
		{"help of a command", "help lint", "lint --help"},
		{"help of no command", "help foo", "--help"},
		{"help flag", "lint chart -h", "lint -h -- chart"},
		{"version", "version", "--version"},
		{"no command", "foo chart -f a", "foo chart -f a"},
		{"flag before the command", "-f a lint chart", "-f a lint chart"},
	}
	app := (&program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}).app()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"spreadlint"}, strings.Fields(test.given)...)
			before := slices.Clone(args)
			got, err := reorder(app, args)
			if err != nil {
				t.Fatal(err)
			}
			if want := append([]string{"spreadlint"}, strings.Fields(test.want)...); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			if !slices.Equal(args, before) {
				t.Errorf("changed its argument to %q", args)
			}
		})
	}
}

func TestReorderRefuses(t *testing.T) {
	tests := []struct{ name, given, want string }{
		{"no value", "lint chart -f", "the flag -f needs a value"},
		{"no value of a long flag", "lint --values", "the flag --values needs a value"},
		{"another flag as value", "lint chart --name -f x", "the flag --name needs a value, found the flag -f"},
		{"another flag with its value", "lint chart -f --set=a=b", "the flag -f needs a value, found the flag --set=a=b"},
	}
	app := (&program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}).app()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := reorder(app, append([]string{"spreadlint"}, strings.Fields(test.given)...))
			var wrong *usageError
			if !errors.As(err, &wrong) || wrong.message != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestHelpIsComplete keeps a flag from being left out of the help because it
// is in none of the sections.
func TestHelpIsComplete(t *testing.T) {
	app := (&program{stdout: io.Discard, stderr: io.Discard}).app()
	for _, command := range app.Commands {
		help := commandHelp(command)
		for _, flag := range command.VisibleFlags() {
			if name := "--" + flag.Names()[0]; !strings.Contains(help, name) {
				t.Errorf("the help of %s has no %s", command.Name, name)
			}
		}
	}
}
