{{- define "shop.pod" -}}
containers:
  - {name: main, image: example.com/shop}
{{- if .Values.spreadAcrossNodes }}
affinity:
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector: {matchLabels: {app: {{ .Release.Name }}-shop}}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
