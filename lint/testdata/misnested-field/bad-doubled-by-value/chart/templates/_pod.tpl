{{- define "shop.podTemplate" -}}
metadata:
  labels: {app: {{ .Release.Name }}-shop}
spec:
  containers: [{name: main, image: "example.com/shop:1"}]
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        - topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              app: {{ .Release.Name }}-shop
    {{- with .Values.extraAffinity }}
      {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
{{- end }}

{{- define "shop.prefix" -}}
{{- if .Values.prefix }}new-{{ end }}
{{- end }}
