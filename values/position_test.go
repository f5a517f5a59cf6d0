package values

var placeTests = []struct{ src string }{
	{"a: 1\nb:\n  - x\n  - y: z\n"}, {"a: |\n  x\n  y\nb: >-\n  q\n\n  r\n"}, {"a: {b: [1, \"2\", 'x''y'], c}\n"}, {"a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n  e: 1\n"},
	{"a:\n- b\n-   - c\n    - d\n"}, {"\ufeff# c\r\na: 1\r\nb: |+\r\n  x\r\n\r\n"}, {"é: \"😀\" # c\nx: 😀 y\n"}, {"on: 1\nn: 2\n012: 3\n1.0: 4\n"}, {"a: # c\nb:\n  # d\n  c: null\n"}, {"? a\n: b\n? c\n"}, {"---\na: 1\n---\nb: 2\n"}, {"a: b\n  c\n\n  d\ne: \"x\n  y\"\n"}, {"a: >2\n   x\n  y\n"}, {"{\"a\": [{\"b\":1}], 'c': {}}"}, {"a: !!str 1\nb: !foo {x: 1}\n"}, {"a: |+\n\n\n"}, {"a: [b: c, ? d : e]\n"},
}
