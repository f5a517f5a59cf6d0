{{- define "shop.pod" -}}
containers:
  - name: {{ .role }}
    image: example.com/shop:1
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
