{{ define "needed.plain" }}{{ include `needed.inner` . }}{{ end }}
