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
	atTop := library || slices.ContainsFunc(prefixes, func(q values.Path) bool { return q.Equal(p.Parent()) })
	below := len(p) > 1 && (library || slices.ContainsFunc(prefixes, func(q values.Path) bool { return p.Parent().HasPrefix(q) }))
	for _, f := range slices.Concat(c.Templates, c.Files) {
		text := string(f.Data)
		if atTop && hasWord(text, ".Values."+p.Last().Name()) || below && hasWord(text, "."+p.Parent().Last().Name()+"."+p.Last().Name()) {
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

// hasWord reports whether a text has a word that does not go on behind it.
func hasWord(text, word string) bool {
	for {
		i := strings.Index(text, word)
		if i < 0 {
			return false
		}
		text = text[i+len(word):]
		if text == "" || !isNameByte(text[0]) {
			return true
		}
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
