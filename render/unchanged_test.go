package render

import "testing"

func TestSameButNoise(t *testing.T) {
	certificate := func(serial string) string {
		return "ca: |\n  -----BEGIN CERTIFICATE-----\n  " + serial + "\n  shared\n  -----END CERTIFICATE-----\nreplicas: 2\n"
	}
	for _, row := range []struct {
		name               string
		once, again, other string
		same               bool
	}{
		{"nothing is random", "a\nb\n", "a\nb\n", "a\nc\n", false},
		{"a random line", "a\nx\n", "a\ny\n", "a\nz\n", true},
		{"a random line and a change", "a\nx\n", "a\ny\n", "b\nz\n", false},
		{"a serial number that is a line longer", certificate("one"), certificate("two"), certificate("three\n  more"), true},
		{"beside it a change", certificate("one"), certificate("two"), certificate("three") + "more: 1\n", false},
	} {
		if same := sameButNoise(row.once, row.again, row.other); same != row.same {
			t.Errorf("%s: %v, want %v", row.name, same, row.same)
		}
	}
}
