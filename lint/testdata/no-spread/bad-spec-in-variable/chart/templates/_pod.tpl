{{- define "shop.pod" -}}
containers:
  - {name: main, image: example.com/shop}
{{- if .Values.spreadAcrossNodes }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector: {matchLabels: {app: {{ .Release.Name }}-shop}}
{{- end }}
{{- end }}
