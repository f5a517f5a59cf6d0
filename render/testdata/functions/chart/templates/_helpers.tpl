{{- define "functions.labels" -}}
app: {{ .Chart.Name }}
release: {{ .Release.Name }}
{{- end }}
