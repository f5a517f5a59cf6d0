package values

var syntaxTests = []struct{ src string }{{"a:\n\tb"}, {"a: {{ x }}"}, {"a: *x"}, {"~: 1"}}
