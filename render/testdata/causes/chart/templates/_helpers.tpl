{{- define "causes.key" -}}
{{ .key | default "literal.example.com/key" }}
{{- end -}}

{{/* A preset, as many charts have it. */}}
{{- define "causes.preset" -}}
  {{- if eq .type "soft" }}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 1
      podAffinityTerm:
        topologyKey: {{ include "causes.key" (dict "key" .key) }}
  {{- else if eq .type "hard" }}
podAntiAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: {{ include "causes.key" (dict "key" .key) }}
  {{- end }}
{{- end -}}

{{- define "causes.render" -}}
{{- $value := typeIs "string" .value | ternary .value (.value | toYaml) -}}
{{- if contains "{{" $value }}{{ tpl $value .context }}{{ else }}{{ $value }}{{ end -}}
{{- end -}}

{{- define "causes.size" -}}
{{- $n := 1 -}}
{{- if .Values.big -}}{{- $n = .Values.size -}}{{- end -}}
{{- $n -}}
{{- end -}}

{{- define "causes.mode" -}}
{{- if .Values.absentMode }}{{ $_ := set . "mode" "special" }}{{ else }}{{ $_ := set . "mode" .Values.mode }}{{ end -}}
{{- end -}}
