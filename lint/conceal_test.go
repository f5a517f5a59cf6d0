package lint

import "testing"

func TestConcealed(t *testing.T) {
	for _, c := range []struct {
		name, sentence, want string
		texts                []string
	}{
		{"a part of another", `found hunter2, "hunter2more"`, `found …, "…"`, []string{"hunter2", "hunter2more"}},
		{"a short one only in quotes", `a "a" at`, `a "…" at`, []string{"a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := concealed(c.sentence, c.texts); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
