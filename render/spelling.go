package render

import (
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/spreadlint/spreadlint/values"
)

// Spells reports whether a template names the last two steps of a path in one
// breath: `.worker.affinity`, or `.Values.affinity` for the top of a chart's
// values. Asked are the templates of the charts whose values the path lies in,
// switched off or not, and of libraries.
func (r *Release) Spells(p values.Path) bool {
	if r.source == nil || len(p) == 0 || r.source.loaded == nil && r.source.load() != nil {
		return false
	}
	return spells(r.source.loaded, []values.Path{nil}, p)
}

// spells asks a chart whose values hang at the prefixes, and its dependencies.
func spells(c *chart.Chart, prefixes []values.Path, p values.Path) bool {
	library := strings.EqualFold(c.Metadata.Type, "library")
	depth := 0 // of the path's map in the chart's values, where it lies in them
	for _, q := range prefixes {
		if p.Parent().HasPrefix(q) {
			depth = max(depth, len(p)-len(q))
		}
	}
	name := p.Last().Name()
	for _, f := range slices.Concat(c.Templates, c.Files) {
		text := string(f.Data)
		switch {
		case (depth == 1 || library) && hasWord(text, ".Values."+name, anywhere):
			return true
		case len(p) > 1 && (depth > 2 || library) && hasWord(text, "."+p.Parent().Last().Name()+"."+name, anywhere):
			return true
		case depth == 2 && hasWord(text, "."+p.Parent().Last().Name()+"."+name, ofValues):
			return true
		}
	}
	return slices.ContainsFunc(c.Dependencies(), func(d *chart.Chart) bool {
		return spells(d, placesOf(c, d, prefixes), p)
	})
}

// placesOf are where the values of a dependency hang: under its name, or under
// each of its aliases.
func placesOf(parent, dependency *chart.Chart, prefixes []values.Path) (places []values.Path) {
	names := []string{}
	for _, d := range parent.Metadata.Dependencies {
		switch {
		case d == nil || d.Name != dependency.Name():
		case d.Alias != "":
			names = append(names, d.Alias)
		default:
			names = append(names, d.Name)
		}
	}
	if len(names) == 0 {
		names = append(names, dependency.Name())
	}
	for _, q := range prefixes {
		for _, name := range names {
			places = append(places, q.Key(name))
		}
	}
	return places
}

// hasWord reports whether a text has a word that does not go on behind it, and
// what stands before it fits.
func hasWord(text, word string, fits func(before string) bool) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(word)
		if (end == len(text) || !isNameByte(text[end])) && fits(text[:start]) {
			return true
		}
		from = end
	}
}

func anywhere(string) bool { return true }

// ofValues reports whether what is read may be a chart's values: those of a
// variable that is called otherwise, such as `$component`, are not.
func ofValues(before string) bool {
	name := before[strings.LastIndexFunc(before, func(c rune) bool { return c > 127 || !isNameByte(byte(c)) })+1:]
	return name == "" || strings.HasSuffix(strings.ToLower(name), "values")
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
