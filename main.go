// Spreadlint tells, before `helm upgrade`, whether replicas survive the
// failure of a node or a zone, and which line of a values file decides it.
package main

import (
	"os"

	"github.com/spreadlint/spreadlint/cli"
)

func main() {
	os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
