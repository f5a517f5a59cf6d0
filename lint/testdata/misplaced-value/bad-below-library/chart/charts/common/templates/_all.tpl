{{- define "common.all" -}}
{{- $_ := set . "Values" (mergeOverwrite (deepCopy .Values.common) .Values) -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: app, instance: {{ .Release.Name }}}
  template:
    metadata:
      labels: {app: app, instance: {{ .Release.Name }}}
    spec:
      {{- with .Values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - {name: app, image: example.com/app}
        {{- if .Values.addons.sidecar }}
        - {name: sidecar, image: example.com/sidecar}
        {{- end }}
{{- end -}}
