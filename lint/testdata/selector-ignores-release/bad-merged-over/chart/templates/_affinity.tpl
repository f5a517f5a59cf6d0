{{- define "shop.affinity" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        labelSelector:
          matchExpressions:
            - {key: app, operator: In, values: [shop]}
        topologyKey: kubernetes.io/hostname
{{- end }}
