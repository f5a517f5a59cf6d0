{{- define "shop.affinity" -}}
{{- if .Values.enablePodAntiAffinity -}}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              app: {{ .Release.Name }}-{{ .component }}
{{- end }}
{{- end }}
