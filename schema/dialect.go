package schema

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/xeipuuv/gojsonschema"

	"github.com/spreadlint/spreadlint/values"
)

// Dialect describes the values of a known family of charts that decide spreading. It adds legal words and descriptions;
// it never says where in a chart the key stands. Each is a draft-07 JSON Schema in dialects/, its name the file's; to add
// one, add a file. Two extra keywords on a property mark it for this tool: x-spreadlint-role (mode or topologyKey) and
// x-spreadlint-off (the words that switch the rule off); a third, x-spreadlint-form, says in words what its pattern says.
type Dialect struct {
	Name, Title, Description string
	Keys                     []DialectKey // sorted by path; nested keys follow their parent
	Schema                   []byte       // the JSON Schema document
}

// DialectKey is one key of a [Dialect].
type DialectKey struct {
	Name        string      // the last name of Path
	Path        values.Path // relative to the map that has the dialect's mode key
	Legal       []any       // nil when the schema lists no values
	Off         []any       // the legal values that switch the rule off
	Description string
	Default     any
	Role        Role

	form string // what its pattern says, in words
}

// Role says what a key of a dialect decides.
type Role int

// The roles of a dialect's keys.
const (
	RoleOther       Role = iota
	RoleMode             // how hard the rule is
	RoleTopologyKey      // the node label it spreads over
)

// Dialects gives all dialects, sorted by name.
func Dialects() []Dialect {
	var all []Dialect
	for _, d := range embedded() {
		d.Dialect.Keys = slices.Clone(d.Keys)
		d.Dialect.Schema = bytes.Clone(d.Schema)
		all = append(all, d.Dialect)
	}
	return all
}

//go:embed dialects/*.json
var dialectFiles embed.FS

// dialect is a [Dialect] with its compiled schema. A dialect whose file is broken has err and no keys; a test keeps such
// a file out of a release.
type dialect struct {
	Dialect
	compiled *gojsonschema.Schema
	err      error
}

var embedded = sync.OnceValue(func() []dialect {
	entries, err := dialectFiles.ReadDir("dialects")
	if err != nil {
		return []dialect{{err: fmt.Errorf("read embedded dialects: %w", err)}}
	}
	var all []dialect
	for _, entry := range entries {
		d := dialect{Dialect: Dialect{Name: strings.TrimSuffix(entry.Name(), ".json")}}
		d.Schema, d.err = dialectFiles.ReadFile(path.Join("dialects", entry.Name()))
		if d.err == nil {
			d.err = d.parse()
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b dialect) int { return strings.Compare(a.Name, b.Name) })
	return all
})

// property is the part of a JSON Schema that describes a key.
type property struct {
	Title       string              `json:"title"`
	Description string              `json:"description"`
	Enum        []any               `json:"enum"`
	Default     any                 `json:"default"`
	Properties  map[string]property `json:"properties"`
	Role        string              `json:"x-spreadlint-role"`
	Off         []any               `json:"x-spreadlint-off"`
	Form        string              `json:"x-spreadlint-form"`
}

func (d *dialect) parse() error {
	var root property
	if err := json.Unmarshal(d.Schema, &root); err != nil {
		return fmt.Errorf("parse dialect %s: %w", d.Name, err)
	}
	d.Title, d.Description = root.Title, root.Description
	if err := d.addKeys(nil, root); err != nil {
		return err
	}
	loader := gojsonschema.NewSchemaLoader()
	loader.AutoDetect, loader.Draft = false, gojsonschema.Draft7
	compiled, err := loader.Compile(gojsonschema.NewBytesLoader(d.Schema))
	if err != nil {
		return fmt.Errorf("compile dialect %s: %w", d.Name, err)
	}
	d.compiled = compiled
	return nil
}

func (d *dialect) addKeys(parent values.Path, of property) error {
	for _, name := range slices.Sorted(maps.Keys(of.Properties)) {
		p := of.Properties[name]
		key := DialectKey{
			Name: name, Path: parent.Key(name), Legal: p.Enum, Off: p.Off,
			Description: p.Description, Default: p.Default, form: p.Form,
		}
		switch p.Role {
		case "":
		case "mode":
			key.Role = RoleMode
		case "topologyKey":
			key.Role = RoleTopologyKey
		default:
			return fmt.Errorf("dialect %s: key %s has the unknown x-spreadlint-role %q", d.Name, key.Path, p.Role)
		}
		d.Keys = append(d.Keys, key)
		if err := d.addKeys(key.Path, p); err != nil {
			return err
		}
	}
	return nil
}
