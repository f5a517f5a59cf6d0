{{- define "shop.sidecars" -}}
{{- range .Values.sidecars }}
- name: {{ .name }}
  image: {{ .image }}
{{- end }}
{{- end }}
