{{ define "needed.from-values" }}from-values{{ end }}
