package conformance

import (
	"bytes"
	"fmt"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/spreadlint/spreadlint/values"
)

// Outcome says how the API server treats an object.
type Outcome string

const (
	Accepted   Outcome = "accepted"
	Refused    Outcome = "refused"
	PodRefused Outcome = "accepted, but its pods are refused"
	WrongType  Outcome = "refused by the decoder"
	NoObject   Outcome = "no object"
	Strayed    Outcome = "not compared: refused for other fields" // a spoiled text can come to that
)

// Compare asks both judges and lists what they disagree about.
//
// The API server stops at the first value of a wrong type. spreadlint names
// all of them and goes on; so the values that it names there are taken out and
// what is left is compared again, until the API server decodes it. By then it
// must have said all that spreadlint said of the other fields at once.
func Compare(doc []byte) (Outcome, []string) {
	var first Outcome
	var early []string // what spreadlint said beside the wrong types
	for range 100 {
		oracle := Ask(doc)
		ours, findings := Lint(doc)
		if first == "" {
			first = outcome(oracle)
		}
		if strayed(oracle) {
			return Strayed, nil
		}
		if oracle.Decode == "" || ours.Unreadable != "" {
			found := differences(doc, oracle, ours)
			for _, field := range early {
				if !slices.Contains(oracle.Refused, field) && !slices.Contains(oracle.Created, field) {
					found = append(found, "beside wrong types: only spreadlint: "+field)
				}
			}
			return first, found
		}
		wrong, others := split(doc, findings, oracle.Decode)
		if len(wrong) == 0 {
			return first, []string{"decoder: " + oracle.Decode + " has a wrong type, which spreadlint does not say"}
		}
		for _, other := range others {
			for _, p := range wrong {
				if other.HasPrefix(p) {
					return first, []string{"beside wrong types: spreadlint judges " + plain(other) + " as if it were absent"}
				}
			}
		}
		if early == nil {
			early = []string{}
			for _, other := range others {
				early = append(early, theirSpelling(other))
			}
		}
		early = slices.DeleteFunc(early, func(field string) bool {
			return slices.ContainsFunc(wrong, func(p values.Path) bool { return theirSpelling(p) == field })
		})
		rest, err := without(doc, wrong)
		if err != nil {
			return first, []string{"take out " + oracle.Decode + ": " + err.Error()}
		}
		doc = rest
	}
	return first, []string{"the API server does not decode what is left"}
}

// split tells the findings about values of a wrong type that the API server may
// mean from those about other fields. A field of the first kind that has
// another finding as well is in both.
func split(doc []byte, findings []finding, decode string) (wrong, others []values.Path) {
	var tree any
	if err := yaml.Unmarshal(doc, &tree); err != nil {
		return nil, nil
	}
	for _, f := range findings {
		path, err := values.ParsePath(f.Field)
		if err != nil || !slices.Contains(refusalRules, f.Rule) {
			continue
		}
		value, _ := values.Lookup(tree, path)
		if fieldNames(path) == decode && !fits(value, typeAt(path)) && !slices.ContainsFunc(wrong, path.Equal) {
			wrong = append(wrong, path)
		} else {
			others = append(others, path)
		}
	}
	return wrong, others
}

func outcome(v Verdict) Outcome {
	switch {
	case v.Unreadable != "":
		return NoObject
	case v.Decode != "":
		return WrongType
	case len(v.Refused) > 0:
		return Refused
	case len(v.Created) > 0:
		return PodRefused
	}
	return Accepted
}

// strayed reports whether other fields than the placement fields are wrong.
func strayed(v Verdict) bool {
	decode := v.Decode != "" && !placement(v.Decode)
	return decode || len(v.Elsewhere) > 0
}

// differences lists in what the verdicts differ. A text that an alias takes over
// is one place with one unknown field, however many fields it becomes.
func differences(doc []byte, oracle, ours Verdict) []string {
	var found []string
	if (oracle.Unreadable != "") != (ours.Unreadable != "") {
		return append(found, fmt.Sprintf("readable: the API server %q, spreadlint %q", oracle.Unreadable, ours.Unreadable))
	}
	compare := func(what string, theirs, ours []string) {
		for _, f := range theirs {
			if !slices.Contains(ours, f) {
				found = append(found, what+": only the API server: "+f)
			}
		}
		for _, f := range ours {
			if !slices.Contains(theirs, f) {
				found = append(found, what+": only spreadlint: "+f)
			}
		}
	}
	compare("refused", oracle.Refused, ours.Refused)
	compare("pods refused", oracle.Created, ours.Created)
	if !bytes.Contains(doc, []byte("*a")) || len(ours.Unknown) == 0 {
		compare("unknown", oracle.Unknown, ours.Unknown)
	}
	for _, e := range ours.Elsewhere {
		found = append(found, "report: "+e)
	}
	return found
}
