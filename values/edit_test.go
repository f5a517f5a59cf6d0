package values

import (
	"errors"
	"strings"
	"testing"
)

// editTests are changes of a text and what comes out, per style of writing.
// A change is written "path = YAML", "path -" (remove), "path > name"
// (rename), "path >> path" (move), with "path @ path" for a place in a text.
var editTests = []struct{ name, src, change, want string }{
	{"set", "a: 1\nb: 2 # c\n", "b = 3", "a: 1\nb: 3 # c\n"},
	{"set the current value", "a: '1'  # c\n", `a = "1"`, "a: '1'  # c\n"},
	{"set a longer value beside aligned comments", "a: 1    # x\nbb: 2   # y\n", "a = 123", "a: 123  # x\nbb: 2   # y\n"},
	{"set a value too long for the column", "a: 1  # x\nbb: 2 # y\n", "a = 1234567", "a: 1234567  # x\nbb: 2 # y\n"},
	{"set before a tab", "a: 1\t# x\nb: 22\t# y\n", "a = 22", "a: 22\t# x\nb: 22\t# y\n"},
	{"set keeps double quotes", "a: \"x\"\n", "a = w", "a: \"w\"\n"},
	{"set keeps single quotes", "a: 'x'\n", "a = it's", "a: 'it''s'\n"},
	{"set a number over quotes", "a: \"x\"\n", "a = 1", "a: 1\n"},
	{"set null", "a:\nb: 1\n", "a = 1", "a: 1\nb: 1\n"},
	{"set null before a comment", "a: # c\nb: 1\n", "a = 1", "a: 1 # c\nb: 1\n"},
	{"set to null", "a: 1\n", "a = null", "a: null\n"},
	{"set in a list", "a:\n- x\n- y # c\n", "a[1] = z", "a:\n- x\n- z # c\n"},
	{"set in an item", "a:\n  - x: 1\n    w: 2\n", "a[0].w = 3", "a:\n  - x: 1\n    w: 3\n"},
	{"set several lines to one", "a: x\n  y # c\nb: 1\n", "a = z", "a: z # c\nb: 1\n"},
	{"set quoted lines to one", "a: \"x\n  y\" # c\nb: 1\n", "a = z", "a: \"z\" # c\nb: 1\n"},
	{"set over a map", "a: # c\n  b: 1 # d\nc: 1\n", "a = 1", "a: 1 # c\nc: 1\n"},
	{"set over a list", "a:\n- b\n- c\nc: 1\n", "a = 1", "a: 1\nc: 1\n"},
	{"set over a map in an item", "a:\n- b: 1\n  c: 2 # d\n- e\n", "a[0] = x", "a:\n- x\n- e\n"},
	{"set to a map", "a: 1 # c\nb: 2\n", "a = {x: 1, z: [z]}", "a: # c\n  x: 1\n  z:\n    - z\nb: 2\n"},
	{"set an item to a map", "a:\n- 1 # c\n", "a[0] = {x: 1, z: 2}", "a:\n- x: 1 # c\n  z: 2\n"},
	{"set parts of a map", "a:\n  x: 1 # x\n  y: 2 # y\n", "a = {x: 1, z: 3}", "a:\n  x: 1 # x\n  z: 3\n"},
	{"set parts of a list", "a:\n- 1 # x\n- 2 # y\n- 3 # z\n", "a = [1, 3]", "a:\n- 1 # x\n- 3 # z\n"},
	{"set an alias over", "a: &x 1\nb: *x # c\n", "b = 2", "a: &x 1\nb: 2 # c\n"},
	{"set to an empty map", "a:\n  b: 1\n", "a = {}", "a: {}\n"},
	{"set in flow", "a: {b: 1, c: [x, y]} # c\n", "a.c[1] = z w", "a: {b: 1, c: [x, z w]} # c\n"},
	{"set in JSON", `{"a":{"b":1}}`, "a.b = x", `{"a":{"b":"x"}}`},
	{"set a key without a value", "a: {b, c: 1}\n", "a.b = 1", "a: {b: 1, c: 1}\n"},
	{"set the file", "a: 1 # a\nb: 2\n", " = {a: 1, c: 3}", "a: 1 # a\nc: 3\n"},
	{"set the file to nothing", "# x\na: 1 # c\nb:\n- 2 # d\n# y\n", " = {}", "# x\n{}\n# y\n"},
	{"set an empty file", "# x\n", " = {a: 1, b: [x]}", "# x\na: 1\nb:\n  - x\n"},
	{"set a null file", "~\n", " = {a: 1, b: 2}", "a: 1\nb: 2\n"},
	{"set in flow to a map", "a: [1, {b: , c}]\n", "a[1].b = {x: 1}; a[1].c.d = 2", "a: [1, {b: {x: 1}, c: {d: 2}}]\n"},
	{"set on the line below", "a:\n  x\nb: 1\n", "a = w", "a:\n  w\nb: 1\n"},

	{"quotes: bool", "a: x\n", `a = "no"`, "a: \"no\"\n"},
	{"quotes: number", "a: x\n", `a = "1.30"`, "a: \"1.30\"\n"},
	{"quotes: null", "a: x\n", `a = "null"`, "a: \"null\"\n"},
	{"quotes: date", "a: x\n", `a = "2001-01-01"`, "a: \"2001-01-01\"\n"},
	{"quotes: hex", "a: x\n", `a = "0x1"`, "a: \"0x1\"\n"},
	{"quotes: seconds", "a: x\n", `a = "1:20"`, "a: \"1:20\"\n"},
	{"quotes: colon", "a: x\n", `a = "b: c"`, "a: \"b: c\"\n"},
	{"quotes: comment", "a: x\n", `a = "b #c"`, "a: \"b #c\"\n"},
	{"quotes: alias", "a: x\n", `a = "*b"`, "a: \"*b\"\n"},
	{"quotes: template", "a: x\n", `a = "{{ \"b\" }}"`, "a: '{{ \"b\" }}'\n"},
	{"quotes: empty", "a: x\n", `a = ""`, "a: \"\"\n"},
	{"quotes: control character", "a: x\n", `a = "\x07"`, "a: \"\\x07\"\n"},
	{"no quotes", "a: 1\n", `a = "x é (y), z"`, "a: x é (y), z\n"},
	{"quotes in flow", "a: [1]\n", `a[0] = "x, z"`, "a: [\"x, z\"]\n"},

	{"insert at the end", "a: 1\nb: 2\n", "c = 3", "a: 1\nb: 2\nc: 3\n"},
	{"insert nested", "a:\n    b:\n        c: 1\nd: 1\n", "a.x.w = 1", "a:\n    b:\n        c: 1\n    x:\n        w: 1\nd: 1\n"},
	{"insert before a comment", "a:\n  b: 1\n\n# d\nd: 1\n", "a.c = 1", "a:\n  b: 1\n  c: 1\n\n# d\nd: 1\n"},
	{"insert behind a deeper comment", "a:\n  b: 1\n  # c\n", "d = 1", "a:\n  b: 1\n  # c\nd: 1\n"},
	{"insert behind a deeper comment and a blank line", "b:\n  c: 1\n\n    # x\n\n", "b.d = 1", "b:\n  c: 1\n\n    # x\n  d: 1\n\n"},
	{"insert behind comments at the end", "a:\n  b: 1\n  # c\n  # d\n\n  # e\nf: 1\n# g\n", "a.x = 1; x = 1", "a:\n  b: 1\n  # c\n  # d\n  x: 1\n\n  # e\nf: 1\n# g\nx: 1\n"},
	{"insert before a comment of the next key", "a:\n- b\n# c\nc: 1\nd:\n  - e\n  # f\ng: 1\n", "a[1] = x; d[1] = x", "a:\n- b\n- x\n# c\nc: 1\nd:\n  - e\n  # f\n  - x\ng: 1\n"},
	{"insert behind a relative", "podAntiAffinity: soft\nz: 1\n", "podAntiAffinityKey = zone", "podAntiAffinity: soft\npodAntiAffinityKey: zone\nz: 1\n"},
	{"insert below a twin", "a:\n  b: 1\n  # c: 1\n  # x\n  d: 1\n", "a.c = 2", "a:\n  b: 1\n  # c: 1\n  c: 2\n  # x\n  d: 1\n"},
	{"insert below a twin at the margin", "a:\n  b: 1\n#  c: 1\n  d: 1\n", "a.c = 2", "a:\n  b: 1\n#  c: 1\n  c: 2\n  d: 1\n"},
	{"insert below a twin of several lines", "# a:\n#   b: 1\n# c: 1\nd: 1\n", "a.b = 2", "# a:\n#   b: 1\na:\n  b: 2\n# c: 1\nd: 1\n"},
	{"no twin in a text", "a: |\n  # c: 1\n  x\nb: 1\n", "c = 1", "a: |\n  # c: 1\n  x\nb: 1\nc: 1\n"},
	{"no twin in another map", "a:\n  x: 1\n  # c: 1\n  y: 2\nb: 1\n", "c = 1", "a:\n  x: 1\n  # c: 1\n  y: 2\nb: 1\nc: 1\n"},
	{"insert without a final line break", "a: 1", "b = 2", "a: 1\nb: 2"},
	{"insert with CRLF", "a:\r\n  b: 1\r\n", "a.c = 2", "a:\r\n  b: 1\r\n  c: 2\r\n"},
	{"insert behind a byte order mark", "\ufeff", "a = 1", "\ufeffa: 1\n"},
	{"insert into an empty file", "", "a.b = 1", "a:\n  b: 1\n"},
	{"insert into a file of comments", "# x\n\n# y\n", "a = 1", "# x\n\n# y\na: 1\n"},
	{"insert into comments without a final line break", "# x", "a = 1", "# x\na: 1"},
	{"insert into comments, twin", "# a: 1\n# b: 2\n", "a = 3", "# a: 1\na: 3\n# b: 2\n"},
	{"insert behind a document start", "--- # x\n", "a = 1", "--- # x\na: 1\n"},
	{"insert before a document end", "a: 1\n...\n", "b = 1", "a: 1\nb: 1\n...\n"},
	{"insert before a second document", "# x\n---\na: 1\n---\nb: 1\n", "c = 1", "# x\n---\na: 1\nc: 1\n---\nb: 1\n"},
	{"insert into an empty first document", "---\n---\nb: 1\n", "c = 1", "---\nc: 1\n---\nb: 1\n"},
	{"insert into {}", "{}\n", "a = 1", "a: 1\n"},
	{"insert into {} with a comment", "{} # c\n", "a = 1", "{a: 1} # c\n"},
	{"insert below {}", "a: {} # c\nb: 1\n", "a.c = 1", "a: # c\n  c: 1\nb: 1\n"},
	{"insert below {} with comments", "a: {}\n  # x\n  # c: 1\n  # d: 1\nb: 1\n", "a.c = 2", "a:\n  # x\n  # c: 1\n  c: 2\n  # d: 1\nb: 1\n"},
	{"insert below null with comments", "a:\n  # x\n  # y\n\nb: 1\n", "a.c = 2", "a:\n  # x\n  # y\n  c: 2\n\nb: 1\n"},
	{"insert below a written null", "a: ~ # c\n", "a.b = 1", "a: # c\n  b: 1\n"},
	{"insert below []", "a: []\nb:\n- x\n", "a[0] = w", "a:\n- w\nb:\n- x\n"},
	{"insert into flow", "a: {b: 1} # c\n", "a.c.d = [1]", "a: {b: 1, c: {d: [1]}} # c\n"},
	{"insert into padded flow", "a: { b: 1 }\n", "a.c = 1", "a: { b: 1, c: 1 }\n"},
	{"insert into blank flow", "a: { }\n", "a.c = 1", "a: { c: 1 }\n"},
	{"insert into flow on lines", "a: {\n  b: 1, # b\n  c: 2 # c\n}\n", "a.d = 1", "a: {\n  b: 1, # b\n  c: 2, # c\n  d: 1\n}\n"},
	{"insert into flow on lines, final comma", "a: [\n  1,\n  2, # c\n]\n", "a[2] = 3", "a: [\n  1,\n  2, # c\n  3,\n]\n"},
	{"insert into JSON", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n", "a.c = x", "{\n  \"a\": {\n    \"b\": 1,\n    \"c\": \"x\"\n  }\n}\n"},
	{"insert into empty JSON", `{"a": {}}`, "a.b = x", `{"a": {"b": "x"}}`},
	{"insert beside a merge", "a: &x {k: 1}\nb:\n  <<: *x\n  l: 1\n", "b.k = 2", "a: &x {k: 1}\nb:\n  <<: *x\n  l: 1\n  k: 2\n"},
	{"insert a key that needs quotes", "a: 1\n", `"on" = 1`, "a: 1\n\"on\": 1\n"},
	{"insert a path as key", "a: 1\n", `"kubernetes.io/os" = linux`, "a: 1\nkubernetes.io/os: linux\n"},
	{"insert lines", "a:\n  b: 1\n", `a.c = "x\ny\n"`, "a:\n  b: 1\n  c: |\n    x\n    y\n"},
	{"insert lines without an end", "a: 1\n", `b = "x\n y"`, "a: 1\nb: |-\n  x\n   y\n"},
	{"insert lines that start with a space", "a: 1\n", `b = " x\ny\n\n"`, "a: 1\nb: |2+\n   x\n  y\n\n"},

	{"append, 0 columns", "a:\n- x\nb: 1\n", "a[1] = w", "a:\n- x\n- w\nb: 1\n"},
	{"append, 2 columns", "a:\n  - x # c\n", "a[1].w = 1", "a:\n  - x # c\n  - w: 1\n"},
	{"append, 4 columns", "a:\n    - x: 1\n      z: 2\n", "a[1] = {x: 1, z: [2]}", "a:\n    - x: 1\n      z: 2\n    - x: 1\n      z:\n          - 2\n"},
	{"append with a wide dash", "a:\n  -   x: 1\n      z: 2\n", "a[1] = {x: 1, z: 2}", "a:\n  -   x: 1\n      z: 2\n  -   x: 1\n      z: 2\n"},
	{"append with the keys in their order", "a:\n- z: 1\n  b: 2\n", "a[1] = {b: 1, c: 2, z: 3}", "a:\n- z: 1\n  b: 2\n- z: 3\n  b: 1\n  c: 2\n"},
	{"append like the neighbours", "x:\n    - 1\na:\n  b:\n  - x\n  c: []\nz:\n    - 1\n", "a.c[0] = v", "x:\n    - 1\na:\n  b:\n  - x\n  c:\n  - v\nz:\n    - 1\n"},
	{"add to an item", "a:\n- x: 1\n- x: 2\n", "a[0].w = 1", "a:\n- x: 1\n  w: 1\n- x: 2\n"},
	{"add to an empty item", "a:\n-\n- x: 2\n", "a[0].w = 1", "a:\n- w: 1\n- x: 2\n"},
	{"add to {} in a list, one line", "a:\n- {} # c\n", "a[0].x = 1", "a:\n- x: 1 # c\n"},
	{"add to {} in a list", "a:\n- {} # c\n", "a[0] = {x: 1, z: 2}", "a:\n- # c\n  x: 1\n  z: 2\n"},

	{"remove", "a: 1\nb: 2 # c\n\nc: 3\n", "b -", "a: 1\n\nc: 3\n"},
	{"remove takes the comments above", "a: 1\n# b\nb: 2\nc: 3\n", "b -", "a: 1\nc: 3\n"},
	{"remove a map", "a:\n  b: # c\n    d: 1\n    # e\n    f: 1 # g\n  h: 1\n", "a.b -", "a:\n  h: 1\n"},
	{"remove the only entry", "a: # c\n  b: 1\nc: 1\n", "a.b -", "a: {} # c\nc: 1\n"},
	{"remove the only item", "a:\n- b # x\nc: 1\n", "a[0] -", "a: []\nc: 1\n"},
	{"remove the only entry of the file", "# x\na: 1 # y\n", "a -", "# x\n{}\n"},
	{"remove the only entry of an item", "a:\n- b: 1\n- c\n", "a[0].b -", "a:\n- {}\n- c\n"},
	{"remove the first entry of an item", "a:\n- b: 1 # x\n  c: 2\n", "a[0].b -", "a:\n- c: 2\n"},
	{"remove the first entry of an item before a comment", "a:\n- b: 1\n  # x\n  c: 2\n", "a[0].b -", "a:\n-\n  # x\n  c: 2\n"},
	{"remove an item", "a:\n  - b: 1\n    c: 2\n  - d\n", "a[0] -", "a:\n  - d\n"},
	{"remove at the end", "a: 1\nb: 2", "b -", "a: 1"},
	{"remove what is not there", "a: 1\n", "b.c -", "a: 1\n"},
	{"remove in flow", "a: {b: 1, c: 2, d: 3}\n", "a.c -", "a: {b: 1, d: 3}\n"},
	{"remove the last in flow", "a: {b: 1, c: 2}\n", "a.c -", "a: {b: 1}\n"},
	{"remove the only one in flow", "a: { b: 1 }\n", "a.b -", "a: { }\n"},
	{"remove in flow on lines", "a: [\n  1,\n  2 # c\n]\n", "a[1] -", "a: [\n  1\n]\n"},
	{"remove a text", "a: |\n  x\n\nb: 1\n", "a -", "\nb: 1\n"},

	{"rename", "a: 1 # c\n", "a > b", "b: 1 # c\n"},
	{"rename a map", "x:\n  a: # c\n    b: 1\n", "x.a > abc", "x:\n  abc: # c\n    b: 1\n"},
	{"rename keeps quotes", "'a': 1\n\"b\": 2\n", "b > c", "'a': 1\n\"c\": 2\n"},
	{"rename to what needs quotes", "a: 1\n", "a > on", "\"on\": 1\n"},
	{"rename beside aligned comments", "a: 1    # x\nb: 2    # y\n", "a > abc", "abc: 1  # x\nb: 2    # y\n"},
	{"rename in flow", "a: {b: 1, c: 2}\n", "a.b > x", "a: {x: 1, c: 2}\n"},

	{"move down", "a: 1\n# about b\nb: 2 # c\nc:\n  d: 1\n", "b >> c.e", "a: 1\nc:\n  d: 1\n  # about b\n  e: 2 # c\n"},
	{"move up", "a:\n    # about b\n    b:\n        c: |\n            x\n    d: 1\n", "a.b >> b", "a:\n    d: 1\n# about b\nb:\n    c: |\n        x\n"},
	{"move to a missing map", "a: 1\nb: 2\n", "a >> c.d", "b: 2\nc:\n  d: 1\n"},
	{"move beside itself", "a:\n  b: 1\n  c: 2\n", "a.b >> a.d", "a:\n  d: 1\n  c: 2\n"},
	{"move the only entry below a new one", "a:\n  b: 1\n", "a.b >> a.c.b", "a:\n  c:\n    b: 1\n"},
	{"move out of flow", "a: {b: [1, 2], c: 1}\n", "a.b >> b", "a: {c: 1}\nb: [1, 2]\n"},
	{"move in the order of writing", "a:\n  b: # c\n    z: 1\n    # k\n    k: 'q'\n    x: 0\n", "a.b.k >> a.k; a.b.z >> a.z", "a:\n  b: # c\n    x: 0\n  z: 1\n  # k\n  k: 'q'\n"},
	{"move in flow keeps quotes", "a: {b: \"x\", c: 1}\nd: {e: 0x10}\n", "a.b >> d.g", "a: {c: 1}\nd: {e: 0x10, g: \"x\"}\n"},
	{"move in flow keeps how a list is written", "a: {'b': [ 'x',1e3 ], c: 1}\nd: {e: 1}\n", "a.b >> d.b", "a: {c: 1}\nd: {e: 1, 'b': [ 'x',1e3 ]}\n"},
	{"move in flow to a new map", "a: [{b: 'x', c: 1}]\n", "a[0].b >> a[0].d.b", "a: [{c: 1, d: {b: 'x'}}]\n"},
	{"move an item in flow", "a: ['x', y]\nb: [z]\n", "a[0] >> b[1]", "a: [y]\nb: [z, 'x']\n"},
	{"move quotes into flow", "a: {c: 1}\nb: 'x, z'\n", "b >> a.b", "a: {c: 1, b: 'x, z'}\n"},
	{"move commas into flow", "a: {c: 1}\nb: x, z\n", "b >> a.b", "a: {c: 1, b: \"x, z\"}\n"},
	{"set quotes in flow to a map", "a: {b: \"x\"}\n", "a.b = {c: d}", "a: {b: {c: d}}\n"},
	{"set quotes to a map", "a: \"x\"\n", "a = {c: d}", "a:\n  c: d\n"},
	{"set quotes in JSON to a map", "{\"a\": \"x\"}\n", "a = {c: d}", "{\"a\": {\"c\": \"d\"}}\n"},
	{"move into flow", "a: {c: 1}\nb: x\n", "b >> a.b", "a: {c: 1, b: x}\n"},
	{"move with comments below", "a: {}\n  # x\n  # y\n\nb:\n  c: 1\n", "a >> b.a", "\nb:\n  c: 1\n  a: {}\n    # x\n    # y\n"},
	{"remove with the comment above", "a:\n  # for all\n\n  # for b\n  # and more\n  b: 1 # c\n  # for d\n  d: 2\n", "a.b -", "a:\n  # for all\n\n  # for d\n  d: 2\n"},
	{"remove below the head of the file", "# the file\na: 1\nb: 2\n", "a -", "# the file\nb: 2\n"},
	{"remove below what is commented out", "a:\n  # b: 3\n  # why c\n  c: 1\n  d: 2\n", "a.c -", "a:\n  # b: 3\n  d: 2\n"},
	{"remove an item with the comment above", "a:\n  # the list\n- x\n# for y\n- y\n- z\n", "a[1] -; a[0] -", "a:\n  # the list\n- z\n"},
	{"remove the only entry with the comment above", "a:\n  # for b\n  b: 1\nc: 1\n", "a.b -", "a: {}\nc: 1\n"},
	{"swap the only entry in brackets", "a: {b: 2}\n", "a.b -; a.c = 1", "a: {c: 1}\n"},
	{"swap the only entry in brackets in a list", "a:\n  - {b: 2} # x\n", "a[0].b -; a[0].c = 1", "a:\n  - {c: 1} # x\n"},
	{"remove in brackets with the comment behind", "a: {b: 2, # two\n  c: 'x'}\n", "a.b -", "a: {\n  c: 'x'}\n"},
	{"move an item", "a:\n- x # c\n- y\nb: []\n", "a[0] >> b[0]", "a:\n- y\nb:\n- x # c\n"},

	{"insert into {} behind a tab", "a:\n- {}\t# c\n", "a[0].b = 1", "a:\n- b: 1\t# c\n"},
	{"insert into {} before a comment without a blank", "a:\n-  {}# c\n", "a[0].b = 1", "a:\n-  {b: 1}# c\n"},
	{"insert into {} before a blank at the end", "a: {}\t", "a.b = 1", "a:\t\n  b: 1"},
	{"insert lines into {} before a blank at the end", "a:\n-  {} ", "a[0] = {b: 1, c: 2}", "a:\n- \n  b: 1\n  c: 2"},
	{"insert into {} before other text", "{}\nx", "a = 1", "{a: 1}\nx"},
	{"insert into indented {}", "  {}\n", "a = {b: 1, c: 2}", "  {a: {b: 1, c: 2}}\n"},
	{"insert behind question marks", "a: 1 ?\n", "b = 1", "a: 1 ?\nb: 1\n"},
	{"set behind question marks", "a: 1 ?\nb: 1\n", "b = 2", "a: 1 ?\nb: 2\n"},
	{"set a key that ends in a colon", "a: {b: 1, c:}\n", "a.\"c:\" = 1", "a: {b: 1, c:: 1}\n"},
	{"remove behind a key without a value", "a: {b, c: , d: 1}\n", "a.d -", "a: {b, c: }\n"},
	{"remove below a block text at the end", "a: |\n  x\nb: 1", "b -", "a: |\n  x\n"},
	{"remove the only entry below an anchor", "a: &m\n  b: 1\n", "a.b -", "a: &m {}\n"},
	{"set a quoted text before a comment without a blank", "a: '1'#   c\n", "a = 2", "a: 2 #   c\n"},

	{"several", "a: 1\nb: 2\nc:\n- x\n- y\n", "a = 2; b -; c[0] -; d.e = 1; d.f = 2; c[2] = z", "a: 2\nc:\n- y\n- z\nd:\n  e: 1\n  f: 2\n"},
	{"several of one map", "a:\n  b: 1\n  c: 2\n", "a.b -; a.c -", "a: {}\n"},
	{"the same twice", "a: 1\n", "a = 2; a = 2", "a: 2\n"},
	{"several items", "a: [1, 2, 3, 4]\n", "a[0] -; a[2] -; a[3] = 5", "a: [2, 5]\n"},

	{"literal", "a: |\n  x\n  y # no\n  z\nb: 1\n", `a = "x\nw\nz\n"`, "a: |\n  x\n  w\n  z\nb: 1\n"},
	{"literal to its end", "a: | # c\n    x\n\nb: 1\n", `a = "x\ny"`, "a: |- # c\n    x\n    y\n\nb: 1\n"},
	{"literal to a word", "a: | # c\n  x\n\nb: 1\n", "a = w", "a: w # c\n\nb: 1\n"},
	{"folded", "a: >\n  x\n  y\nb: 1\n", `a = "x y\nz\n"`, "a: >\n  x y\n\n  z\nb: 1\n"},
	{"within a literal", "a: |\n  - x: 1 # c\n    w: 2\nb: 1\n", "a @ [0].w = 3; a @ [1].x = 2", "a: |\n  - x: 1 # c\n    w: 3\n  - x: 2\nb: 1\n"},
	{"within a literal with blank lines", "x:\n  a: |\n    b: 1\n\n    c: {}\n", "x.a @ d = 1; x.a @ b -", "x:\n  a: |\n\n    c: {}\n    d: 1\n"},
	{"within quotes", "a: '{b: 1}'\n", "a @ c = 2", "a: '{b: 1, c: 2}'\n"},
	{"within lines, CRLF", "a: |\r\n  b: 1\r\n  c: 1\r\n", "a @ b = 2", "a: |\r\n  b: 2\r\n  c: 1\r\n"},
	{"within a stripped literal", "a: |-\n  b: 1", "a @ c = 2", "a: |-\n  b: 1\n  c: 2"},
}

func TestApply(t *testing.T) {
	for _, tt := range editTests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.src)
			after, edits, err := f.Apply(parseChanges(t, tt.change)...)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(after.Src); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
			if string(f.Src) != tt.src || string(apply(f.Src, edits)) != string(after.Src) {
				t.Errorf("the edits are %v", edits)
			}
		})
	}
}

var refusalTests = []struct{ name, src, change, pos, reason string }{
	{"through an alias", "a: &x {k: 1}\nb: *x\n", "b.k = 2", "2:4", "the value comes from the alias *x"},
	{"an anchor used elsewhere", "a: &x {k: 1}\nb: *x\n", "a.k = 2", "1:4", "the anchor &x is used on line 2"},
	{"a value with an anchor", "a: &x 1\nb: *x\n", "a = 2", "1:4", "the anchor &x is used elsewhere"},
	{"remove an anchor", "a:\n  c: &x 1\n  d: 2\nb: *x\n", "a -", "2:6", "the anchor &x is used elsewhere"},
	{"below a merge", "a: &x {k: {l: 1}}\nb:\n  <<: *x\n", "b.k.l = 2", "3:3", "k comes from this <<"},
	{"beside a merged number as key", "a: &x {1: x}\nb:\n  <<: *x\n", "b.\"1\" = 2", "1:8", "the merged key is a number, bool or null"},
	{"beside a merged bool as key", "a: &x {y: 1}\nb:\n  k: 2\n  <<: *x\n", "b.\"true\" = 2", "1:8", "the merged key is a number, bool or null"},
	{"remove a merged key", "a: &x {k: 1}\nb:\n  <<: *x\n", "b.k -", "3:3", "the value comes from this <<"},
	{"remove an override", "a: &x {k: 1}\nb:\n  <<: *x\n  k: 2\n", "b.k -", "3:3", "without the key, this << would give it a value"},
	{"overridden by a merge", "a: &x {k: 1}\nb:\n  k: 2\n  <<: *x\n", "b.k = 3", "3:3", "the << on line 4, below the key, overrides it"},
	{"duplicate keys", "a: 1\nb: 2\na: 3\n", "a = 4", "3:1", "the key is written on line 1 as well"},
	{"duplicate keys on the way", "a: {}\nb: 2\na: {}\n", "a.b = 4", "3:1", "the key is written on line 1 as well"},
	{"question mark", "? a\n: 1\n", "a = 2", "1:3", "the key is an alias, or starts with a question mark"},
	{"alias as key", "a: &x k\n*x : 1\n", "k = 2", "2:1", "the key is an alias"},
	{"template", "a: |\n  {{ if .x }}\n  b: 1\n  {{ end }}\n", "a @ b = 2", "1:4", "the text is a template that is no YAML"},
	{"no YAML", "a: hello\n", "a @ b = 2", "1:4", "the text is no YAML map or list"},
	{"further document", "a: 1\n---\nb: {c: 1}\n", "b.c = 2", "3:1", "b stands in a further document"},
	{"through a scalar", "a:\n  b: 1\n", "a.b.c = 2", "2:3", "the path leads through a value that is no map or list"},
	{"index beyond the end", "a: [1]\n", "a[2] = 2", "1:1", "the list has 1 items"},
	{"index in a map", "a: {b: 1}\n", "a[0] = 2", "1:1", "item 0 is asked for where a map is"},
	{"key in a list", "a: [1]\n", "a.b = 2", "1:1", "the key b is asked for where a list is"},
	{"tag", "a: !!str 1\n", "a = 2", "1:4", "the value has the tag !!str"},
	{"rename to what is there", "a: 1\nb: 2\n", "a > b", "1:1", "b is there already"},
	{"rename what is not there", "a: 1\n", "c > b", "", "there is no such entry"},
	{"move to what is there", "a: 1\nb: 2\n", "a >> b", "1:1", "b is there already"},
	{"move below itself", "a: {b: 1}\n", "a >> a.c", "", "an entry cannot move to a place above or below itself"},
	{"overlap", "a: {b: 1}\n", "a.b = 2; a = 1", "", "another change in the same go is about a"},
	{"contradiction", "a: 1\n", "a = 2; a = 3", "", "another change in the same go is about a"},
	{"text and its inside", "a: '{b: 1}'\n", "a = 2; a @ b = 3", "", "another change in the same go is about a"},
	{"text that would be read otherwise", "a: |\n  x\nb: 1\n\n  # c\n", "b -", "3:1", "the text around it would change its meaning"},
	{"append behind an open text", "a: |\n  x", "b = 1", "2:4", "the block text at the end of the file has no line break"},
	{"key without braces", "a: [b: 1]\n", "a[0].b = 2", "1:5", "a map without braces stands in a list"},
	{"inside an alias", "a: &x '{b: 1}'\nc: *x\n", "c @ b = 2", "2:4", "the text comes from the alias *x"},
	{"inside nothing", "a: 1\n", "c @ b = 2", "", "there is no text to change something in"},
	{"inside a text, place", "a: |\n  # x\n  b: &y {c: 1}\n  d: *y\n", "a @ d.c = 2", "4:3", "the value comes from the alias *y"},
}

func TestRefusal(t *testing.T) {
	for _, tt := range refusalTests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, tt.src)
			after, edits, err := f.Apply(parseChanges(t, tt.change)...)
			var r *Refusal
			if after != nil || edits != nil || !errors.As(err, &r) {
				t.Fatalf("got %v, %v", edits, err)
			}
			if !strings.HasPrefix(r.Reason, tt.reason) {
				t.Errorf("got  %q\nwant %q", r.Reason, tt.reason)
			}
			if got := f.describePos(r.Pos); got != tt.pos {
				t.Errorf("got %s, want %s", got, tt.pos)
			}
			if r.Error() == "" || r.Change.Path == nil {
				t.Errorf("got %v", r)
			}
		})
	}
}
