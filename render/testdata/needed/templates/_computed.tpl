{{ define "needed.computed" }}computed{{ end }}
