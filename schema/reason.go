package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

// The sentences of all violations. Each follows the path of the value: "broker.podAntiAffinity must be ...".

const (
	reasonRequired = "is required"
	reasonUnknown  = "unknown key"
	reasonNoForm   = "matches none of the allowed forms"
)

// mustBeOneOf names the legal values; the found one stands in the values file and is not repeated.
func mustBeOneOf(legal []any) string {
	words := make([]string, len(legal))
	for i, value := range legal {
		words[i] = literal(value)
	}
	if len(words) == 1 {
		return "must be " + words[0]
	}
	return "must be one of " + strings.Join(words, ", ")
}

// mustBeType takes the type names of JSON Schema.
func mustBeType(names []string, found any) string {
	var words, last []string
	for _, name := range names {
		if name == "null" {
			last = []string{"null"}
			continue
		}
		words = append(words, typeWord(name))
	}
	words = append(words, last...)
	return fmt.Sprintf("must be %s, found %s", either(words), describe(found))
}

func typeWord(name string) string {
	switch name {
	case "integer":
		return "an integer"
	case "object":
		return "a map"
	case "array":
		return "a list"
	case "boolean":
		return "true or false"
	default:
		return "a " + name
	}
}

func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// mustHave says how many of something there must be: mustHave("at least", 1, "item", 0).
func mustHave(bound string, want int, thing string, found int) string {
	if want != 1 {
		thing += "s"
	}
	return fmt.Sprintf("must have %s %d %s, found %d", bound, want, thing, found)
}

// mustCompare says what a number must be: mustCompare("at least", 1, 0).
func mustCompare(bound string, want *big.Rat, found any) string {
	return fmt.Sprintf("must be %s %s, found %s", bound, decimal(want), literal(found))
}

func decimal(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	f, _ := r.Float64() // the nearest float is what people wrote
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func mustMatch(pattern, found string) string {
	return fmt.Sprintf("must match the pattern %s, found %s", pattern, literal(found))
}

// describe names a found value, without printing whole maps or lists.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "the string " + literal(v)
	case bool:
		return literal(v)
	case json.Number:
		return "the number " + literal(v)
	}
	switch reflect.ValueOf(v).Kind() {
	case reflect.Map:
		return "a map"
	case reflect.Slice:
		return "a list"
	default:
		return "the number " + literal(v)
	}
}

// literal prints a value as one would type it, shortened when it is long.
func literal(v any) string {
	const most = 60
	if s, ok := v.(string); ok {
		if runes := []rune(s); len(runes) > most {
			s = string(runes[:most]) + "…"
		}
		return strconv.Quote(s)
	}
	if f, ok := v.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if runes := []rune(string(text)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(text)
}

// plainNumbers turns the json.Number of a decoded schema into int64 or float64, as they stand in values.
func plainNumbers(legal []any) []any {
	out := make([]any, len(legal))
	for i, value := range legal {
		out[i] = value
		number, ok := value.(json.Number)
		if !ok {
			continue
		}
		if n, err := number.Int64(); err == nil {
			out[i] = n
		} else if f, err := number.Float64(); err == nil {
			out[i] = f
		}
	}
	return out
}
