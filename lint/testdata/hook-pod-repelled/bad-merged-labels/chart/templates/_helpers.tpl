{{- define "labels" -}}
{{- merge (dict "app" "web" "instance" .Release.Name) .Values.commonLabels | toYaml -}}
{{- end -}}
