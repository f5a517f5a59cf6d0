package report

import (
	"encoding/xml"
	"io"

	"github.com/spreadlint/spreadlint/lint"
)

type (
	checkstyleReport struct {
		XMLName xml.Name         `xml:"checkstyle"`
		Version string           `xml:"version,attr"`
		Files   []checkstyleFile `xml:"file"`
	}
	checkstyleFile struct {
		Name   string            `xml:"name,attr"`
		Errors []checkstyleError `xml:"error"`
	}
	checkstyleError struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr,omitempty"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
)

// writeCheckstyle writes what Checkstyle writes, which many tools read. A
// finding without a line is shown at line 1.
func writeCheckstyle(w io.Writer, r lint.Report, o Options) error {
	out := checkstyleReport{Version: "4.3"}
	files := map[string]int{}
	for _, f := range r.Findings {
		a := o.address(f)
		i, known := files[a.file]
		if !known {
			i = len(out.Files)
			files[a.file] = i
			out.Files = append(out.Files, checkstyleFile{Name: plain(a.file)})
		}
		message := headline(f)
		for _, line := range details(f) {
			message += "\n" + line
		}
		out.Files[i].Errors = append(out.Files[i].Errors, checkstyleError{Line: max(1, a.line), Column: a.column,
			Severity: f.Severity.String(), Message: message, Source: "spreadlint." + f.Rule})
	}
	return writeXML(w, out)
}

func writeXML(w io.Writer, document any) error {
	text, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}
