package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/report"
)

// completeWord is the hidden command that the shells' scripts ask.
const completeWord = "__complete"

// completionScripts are what shells load; all ask the program itself, so they
// know what it knows. Where it knows nothing, files are offered.
var completionScripts = map[string]string{
	"bash": `_spreadlint() {
  local IFS=$'\n'
  COMPREPLY=($(spreadlint __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _spreadlint spreadlint
`,
	"zsh": `#compdef spreadlint
_spreadlint() {
  local -a found
  found=(${(f)"$(spreadlint __complete "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -- $found; else _files; fi
}
# Found on fpath, this file is the body of the function; sourced, it is not.
if [[ $funcstack[1] == _spreadlint ]]; then _spreadlint; else compdef _spreadlint spreadlint; fi
`,
	"fish": `complete -c spreadlint -a '(spreadlint __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
	"powershell": `Register-ArgumentCompleter -Native -CommandName spreadlint -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -eq '') { $words += '""' }
  spreadlint __complete @words 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`,
}

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (p *program) completionCommand() *urfave.Command {
	return &urfave.Command{
		Name: "completion", Usage: "print a script that completes commands, flags and rules in a shell", ArgsUsage: "bash|zsh|fish|powershell",
		Description: "  bash        source <(spreadlint completion bash)\n" +
			"  zsh         spreadlint completion zsh > \"${fpath[1]}/_spreadlint\"\n" +
			"  fish        spreadlint completion fish > ~/.config/fish/completions/spreadlint.fish\n" +
			"  powershell  spreadlint completion powershell | Out-String | Invoke-Expression",
		Action: func(c *urfave.Context) error {
			script, known := completionScripts[c.Args().First()]
			if !known {
				return usage(fmt.Sprintf("no completion for the shell %q", c.Args().First()), "legal: "+strings.Join(shells, ", "))
			}
			_, err := fmt.Fprint(p.stdout, script)
			return err
		},
	}
}

// complete prints what may stand for the last of the words, a line each.
func (p *program) complete(app *urfave.App, words []string) {
	last, before := "", ""
	if len(words) > 0 {
		last = strings.Trim(words[len(words)-1], `"`)
	}
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	list, prefix := candidates(app, words, before, last), ""
	if i := strings.LastIndex(last, ","); i >= 0 { // --select a,b
		prefix, last = last[:i+1], last[i+1:]
	}
	for _, word := range list {
		if strings.HasPrefix(word, last) {
			fmt.Fprintln(p.stdout, prefix+word)
		}
	}
}

func candidates(app *urfave.App, words []string, before, last string) []string {
	if len(words) <= 1 {
		var names []string
		for _, c := range app.Commands {
			names = append(names, c.Name)
		}
		return names
	}
	command := app.Command(words[0])
	if command == nil {
		return nil
	}
	switch before {
	case "--select", "--ignore":
		return ruleNames(true)
	case "-o", "--output":
		return report.Formats()
	case "--fail-on":
		return []string{"error", "warning", "info", "never"}
	case "--survive":
		return []string{"node", "zone"}
	case "--color":
		return []string{"auto", "always", "never"}
	}
	switch {
	case strings.HasPrefix(last, "-"):
		var flags []string
		for _, f := range command.Flags {
			flags = append(flags, "--"+f.Names()[0])
		}
		slices.Sort(flags)
		return flags
	case command.Name == "explain":
		return ruleNames(false)
	case command.Name == "completion":
		return shells
	case command.Name == "config" && len(words) == 2:
		return []string{"show", "schema"}
	case command.Name == "report" && len(words) == 2:
		return []string{"merge"}
	case command.Name == "helm":
		return slices.Sorted(maps.Keys(helmCommands))
	}
	return nil
}

func ruleNames(categories bool) []string {
	var names []string
	for _, r := range lint.Rules() {
		names = append(names, r.ID)
	}
	if categories {
		for _, c := range lint.Categories {
			names = append(names, c.ID)
		}
	}
	slices.Sort(names)
	return names
}
