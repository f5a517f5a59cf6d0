{{- define "lib.name" -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 20 }}
{{- end -}}
{{/* Spread by mode. */}}
{{- define "lib.affinity" -}}
{{- if eq .mode "hard" -}}
podAntiAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          app: {{ include "lib.name" .context }}
{{- else if eq .mode "soft" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 1
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
{{- else -}}
{}
{{- end -}}
{{- end -}}
