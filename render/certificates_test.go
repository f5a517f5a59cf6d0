package render

import (
	"crypto/tls"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// certificateChart signs a certificate for the release's name.
const certificateChart = `
{{- $ca := genCA (printf "%s-ca" .Release.Name) 365 }}
{{- $cert := genSignedCert .Release.Name (list "127.0.0.1") (list .Release.Name) 365 $ca }}
ca: {{ $ca.Cert | b64enc }}
cert: {{ $cert.Cert | b64enc }}
key: {{ $cert.Key | b64enc }}
own: {{ genPrivateKey "rsa" | b64enc }}
hash: {{ htpasswd "user" .Values.password | quote }}
`

func TestCertificatesShareOneKey(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: certificates\nversion: 0.1.0\n", "values.yaml": "password: one\n",
		"templates/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:" + strings.ReplaceAll(certificateChart, "\n", "\n  "),
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data := func(name string) map[string]string {
		t.Helper()
		release, err := Render(dir, Options{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		var secret struct {
			Data map[string]string `json:"data"`
		}
		if err := yaml.Unmarshal([]byte(release.Texts()["certificates/templates/secret.yaml"]), &secret); err != nil {
			t.Fatal(err)
		}
		return secret.Data
	}
	one, other := data("one"), data("other")
	for _, k := range []string{"key", "own", "hash"} {
		if one[k] != other[k] || one[k] == "" {
			t.Errorf("%s was made twice", k)
		}
	}
	if one["cert"] == other["cert"] {
		t.Error("two releases have the same certificate")
	}
	cert, _ := base64.StdEncoding.DecodeString(one["cert"])
	key, _ := base64.StdEncoding.DecodeString(one["key"])
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		t.Errorf("certificate and key do not belong together: %v", err)
	}
}
