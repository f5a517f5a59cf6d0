package lint

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/spreadlint/spreadlint/render"
	"github.com/spreadlint/spreadlint/values"
)

// Suppression accepts findings. It comes from a comment in a values file or
// from the configuration.
type Suppression struct {
	Rule   string
	Reason string

	// From a comment: the file and the line that it is about.
	File   string
	Line   int
	Place  Location // of the comment or entry, to report it
	Report bool     // whether to report it when it is unused or wrong
	below  int      // the line below a key that opens a block, where the comment holds, too
	wrong  string   // why the comment is none, with what to write

	// From the configuration: patterns, where * stands for any text and "" for
	// everything.
	Workload, Path, FilePattern string

	used  bool // it accepted a finding
	about bool // what it names was judged by its rule
}

// ignoreComment is `# spreadlint:ignore rule[, rule] -- reason`, almostIgnore
// what people write in its place, oneDash a reason that is set off otherwise.
var (
	ignoreComment = regexp.MustCompile(`(?:^|\s)#+\s*spreadlint:ignore\b[ \t]*(.*)$`)
	almostIgnore  = regexp.MustCompile(`(?i)(?:^|\s)#+\s*spreadlint\s*[:\-]?\s*(?:ignore|disable)\b[ \t]*(.*)$`)
	oneDash       = regexp.MustCompile(`\s[-–—]\s|\s(?:#|//)|:\s`)
)

// comments reads the ignore comments of a file. One that stands alone is about
// the next line with content, others are about their own line, and about the
// one below where the line is a key that opens a block.
func comments(file *values.File, report bool) []*Suppression {
	if !bytes.Contains(bytes.ToLower(file.Src), []byte("spreadlint")) {
		return nil
	}
	var found []*Suppression
	for n := 1; n <= file.Lines(); n++ {
		line := file.Line(n)
		m := ignoreComment.FindStringSubmatchIndex(line)
		wrong := ""
		if m == nil {
			if m = almostIgnore.FindStringSubmatchIndex(line); m == nil {
				continue
			}
			wrong = "write # spreadlint:ignore RULE -- reason, without blanks before ignore"
		}
		if quotedAt(file, n, line[:m[2]]) {
			continue
		}
		about, below := n, 0
		if before := strings.TrimSpace(line[:m[0]]); before == "" {
			about = nextContent(file, n)
		} else if strings.HasSuffix(before, ":") {
			below = nextContent(file, n)
		}
		text, reason, dashes := strings.Cut(line[m[2]:m[3]], "--")
		if i := oneDash.FindStringIndex(text); i != nil && !dashes {
			text = text[:i[0]] // the rest was meant as the reason
		}
		start := values.Pos{Line: n, Column: 1 + len([]rune(line[:strings.Index(line[m[0]:], "#")+m[0]]))}
		place := Location{File: file.Name, Start: start, End: values.Pos{Line: n, Column: 1 + len([]rune(strings.TrimRight(line, " \t\r")))}, Layer: LayerValues, Text: file}
		rules := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
		if len(rules) == 0 {
			rules = []string{""}
		}
		for _, rule := range rules {
			found = append(found, &Suppression{Rule: rule, Reason: strings.TrimSpace(reason), File: file.Name, Line: about, below: below, wrong: wrong, Place: place, Report: report})
			if wrong != "" {
				break // one comment, one finding
			}
		}
	}
	return found
}

// nextContent is the first line below that holds more than a comment.
func nextContent(file *values.File, n int) int {
	for n++; n <= file.Lines(); n++ {
		if next := strings.TrimSpace(file.Line(n)); next != "" && !strings.HasPrefix(next, "#") {
			break
		}
	}
	return n
}

// quotedAt reports whether what follows the text of a line stands inside a
// quoted scalar, where a number sign begins no comment.
func quotedAt(file *values.File, n int, before string) bool {
	inside := false
	at := values.Pos{Line: n, Column: 1 + len([]rune(before))}
	within := func(span values.Span) {
		after := span.Start.Line < at.Line || span.Start.Line == at.Line && span.Start.Column < at.Column
		ahead := span.End.Line > at.Line || span.End.Line == at.Line && span.End.Column >= at.Column
		if after && ahead && span.Start.Offset < len(file.Src) && strings.ContainsRune(`"'`, rune(file.Src[span.Start.Offset])) {
			inside = true
		}
	}
	var walk func(v any, path values.Path)
	walk = func(v any, path values.Path) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				walk(x, path.Key(k))
			}
		case []any:
			for i, x := range v {
				walk(x, path.Item(i))
			}
		case string:
			if node, ok := file.Find(path); ok {
				within(node.Value)
			}
		}
	}
	walk(any(file.Tree()), nil)
	return inside
}

// suppressions are those of the options and of the comments in the user's
// files; in those of the chart they hold too, but are not reported unless the
// chart itself is what is linted.
func (in *Input) suppressions(options Options) []*Suppression {
	var all []*Suppression
	for i := range options.Suppress {
		all = append(all, &options.Suppress[i])
	}
	users := slices.ContainsFunc(in.Release.Layers, func(l *render.Layer) bool { return l.Kind != render.LayerChart })
	for _, layer := range in.Release.Layers {
		if layer.Kind != render.LayerSet {
			own := layer.Kind == render.LayerFile || !users && len(layer.Prefix) == 0
			all = append(all, comments(layer.File, own)...)
		}
	}
	if file := in.Release.Manifest(); file != nil {
		all = append(all, comments(file, true)...)
	}
	return all
}

// covers reports whether the suppression accepts a finding.
func (s *Suppression) covers(f Finding) bool {
	if s.Rule != f.Rule {
		return false
	}
	if s.Line > 0 {
		line := f.Location.Start.Line
		return s.wrong == "" && s.File == f.Location.File && (s.Line == line || s.below > 0 && s.below == line)
	}
	workload := s.Workload == "" || slices.ContainsFunc(f.Workloads, func(w string) bool { return matches(s.Workload, w) })
	return workload && matches(s.Path, f.Path.String()) && matches(s.FilePattern, f.Location.File)
}

// matches compares text with a pattern in which * stands for any text.
func matches(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	// path.Match's * stops at slashes, which here mean nothing.
	ok, err := path.Match(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(text, "/", "\x00"))
	return err == nil && ok
}

// suppress takes the accepted findings out and reports suppressions that are
// wrong or no longer needed. A finding that hits several workloads is accepted
// as a whole.
func (in *Input) suppress(report *Report, options Options) {
	all := in.suppressions(options)
	if len(all) == 0 {
		return
	}
	kept := report.Findings[:0]
	for _, f := range report.Findings {
		var by *Suppression
		for _, s := range all {
			if s.covers(f) {
				s.used = true
				if by == nil {
					by = s
				}
			}
		}
		if by != nil {
			report.Accepted = append(report.Accepted, by.accept(f))
		} else {
			kept = append(kept, f)
		}
	}
	report.Findings = kept
	for _, s := range all {
		if s.Line == 0 {
			s.about = slices.Contains(report.Rules, s.Rule) && in.has(s)
			report.entries = append(report.entries, *s)
		}
		if !s.Report {
			continue
		}
		if f, wrong := s.defect(report.Rules); wrong && slices.Contains(report.Rules, f.Rule) {
			if f.Rule == unusedIgnore.ID && s.Line > 0 && alone(s, all) {
				f.Fixes = []Fix{{Title: "remove the comment", Safety: Safe, Sets: []Set{{Erase: s.Place.Start.Line}}}}
			}
			report.Findings = append(report.Findings, f.as(byID[f.Rule]))
		}
	}
	report.Findings = group(report.Findings)
}

// alone reports whether a comment ignores one rule only.
func alone(s *Suppression, all []*Suppression) bool {
	return !slices.ContainsFunc(all, func(other *Suppression) bool {
		return other != s && other.Line > 0 && other.Place.File == s.Place.File && other.Place.Start == s.Place.Start
	})
}

// has reports whether an entry of the configuration names something of this
// release. One that names no workload and no file holds everywhere: whether it
// is still needed no single run can tell.
func (in *Input) has(s *Suppression) bool {
	r := in.Release
	file := s.FilePattern == "" || slices.ContainsFunc(r.Layers, func(l *render.Layer) bool { return matches(s.FilePattern, l.File.Name) }) ||
		slices.ContainsFunc(r.Workloads, func(w *render.Workload) bool { return matches(s.FilePattern, w.Template) })
	workload := s.Workload == "" || slices.ContainsFunc(r.Workloads, func(w *render.Workload) bool { return matches(s.Workload, w.ID()) })
	return file && workload && (s.FilePattern != "" || s.Workload != "")
}

// ReportUnused adds a finding for each entry of the configuration that names
// something that was judged and accepted nothing. It is called once, when
// everything has been judged: an entry may be about several charts. It returns
// the severity of what it added, 0 for nothing.
func (r *Report) ReportUnused() (worst Severity) {
	if !slices.Contains(r.Rules, unusedIgnore.ID) {
		return 0
	}
	used, about := map[string]bool{}, map[string]bool{}
	place := func(s Suppression) string { return fmt.Sprint(s.Place.File, s.Place.Start) }
	for _, s := range r.entries {
		used[place(s)] = used[place(s)] || s.used
		about[place(s)] = about[place(s)] || s.about
	}
	for _, s := range r.entries {
		if f, unused := s.defect([]string{s.Rule}); unused && !used[place(s)] && about[place(s)] {
			f = f.as(byID[f.Rule])
			r.Findings = append(r.Findings, f)
			used[place(s)], worst = true, max(worst, f.Severity)
		}
	}
	r.Findings = group(r.Findings)
	return worst
}

// defect says what is wrong with a suppression, given the rules that ran.
func (s *Suppression) defect(ran []string) (Finding, bool) {
	f := Finding{Location: s.Place, group: s.Rule}
	switch {
	case s.wrong != "":
		f.Rule = unknownRule.ID
		f.Message = "this comment looks like an ignore, but is none"
		f.Caret = s.wrong
		f.Effect = "nothing is ignored by it"
	case byID[s.Rule] == nil:
		f.Rule = unknownRule.ID
		f.Message = fmt.Sprintf("no rule is called %q", s.Rule)
		if s.Rule == "" {
			f.Message = "the ignore comment names no rule"
		}
		f.Caret = "write # spreadlint:ignore RULE -- reason"
		if _, similar := Lookup(s.Rule); len(similar) > 0 && s.Rule != "" {
			f.Caret = "did you mean " + strings.Join(similar, " or ") + "?"
		}
		f.Effect = "nothing is ignored by it"
	case s.Reason == "":
		f.Rule = ignoreWithoutReason.ID
		f.Message = fmt.Sprintf("%s is ignored without a reason", s.Rule)
		f.Caret = "add two dashes and the reason: -- reason"
		f.Effect = "who reads this later cannot tell whether it still holds"
	case !s.used && slices.Contains(ran, s.Rule):
		f.Rule = unusedIgnore.ID
		f.Message = fmt.Sprintf("nothing here is ignored by %s", s.Rule)
		f.Caret = "remove it"
		f.Effect = "it would hide a new finding at this place"
	default:
		return Finding{}, false
	}
	return f, true
}

var unusedIgnore = register(Rule{
	ID: "unused-ignore", Category: "suppression", Severity: Warning, Since: "0.1.0",
	Title: "An ignore that suppresses nothing",
	NoFix: "the ignore stands where it cannot be taken out safely",
	Doc: `The finding that the comment (or the entry of the configuration) was about is gone. Remove it: it would hide a new
finding at the same place. An ignore of a rule that did not run is not reported.`,
	Engine: true,
})

var ignoreWithoutReason = register(Rule{
	ID: "ignore-without-reason", Category: "suppression", Severity: Warning, Since: "0.1.0",
	Title: "An ignore without a reason",
	NoFix: "the reason, only you can tell",
	Doc: `Write why the finding is accepted, after two dashes, on the value's line or on the line above, be that a line of its own
or the key that the value stands below:

` + "```yaml" + `
broker:
  # spreadlint:ignore topology-key-deprecated -- the nodes of plant 3 carry only this label
  podAntiAffinityTopologyKey: failure-domain.beta.kubernetes.io/zone
` + "```",
	Engine: true,
})

var unknownRule = register(Rule{
	ID: "unknown-rule", Category: "suppression", Severity: Error, Since: "0.1.0",
	Title: "An ignore of a rule that does not exist",
	NoFix: "the words of a comment are corrected by hand",
	Doc: `The comment or the configuration names no rule of spreadlint: a typing error, or a rule of another tool; or a comment is
almost an ignore (` + "`# spreadlint: ignore`" + `, with a blank) and so none. ` + "`spreadlint\nrules`" + ` lists them all.`,
	Engine: true,
})
