{{/*
Most helpers take one dict:
  root       the root context
  component  the name of the workload, for example "broker"
  service    the block of that workload in values.yaml, for example .Values.broker
*/}}

{{- define "connectware.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Cut at 40 characters: with "-system-control-server-0" appended, a Pod name still has at most 64. */}}
{{- define "connectware.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "connectware.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "connectware.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "connectware.componentName" -}}
{{- printf "%s-%s" (include "connectware.fullname" .root) .component }}
{{- end }}

{{- define "connectware.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "connectware.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Labels that never change during the life of a workload: the only ones fit for a selector. */}}
{{- define "connectware.selectorLabels" -}}
app.kubernetes.io/name: {{ include "connectware.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of the objects themselves. */}}
{{- define "connectware.labels" -}}
{{ include "connectware.selectorLabels" . }}
app.kubernetes.io/part-of: connectware
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels of the Pods: no chart version, so that a new chart alone does not restart them. */}}
{{- define "connectware.podLabels" -}}
{{ include "connectware.selectorLabels" . }}
app.kubernetes.io/part-of: connectware
{{- with .service.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "connectware.image" -}}
{{- $tag := .service.image.tag | default .root.Values.global.image.tag | default .root.Chart.AppVersion -}}
{{ .root.Values.global.image.registry }}/{{ .service.image.repository }}:{{ $tag }}
{{- end }}

{{/* What every Pod of the chart has in common. Takes the root context. */}}
{{- define "connectware.podCommon" -}}
serviceAccountName: {{ include "connectware.serviceAccountName" . }}
{{- with .Values.global.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
The spreading rule of a scalable workload. "soft" and "hard" render one term each; every other word, "none" included,
renders nothing. The term selects the Pods of this workload in this release and no others.
*/}}
{{- define "connectware.podAntiAffinity" -}}
{{- if eq (toString .service.podAntiAffinity) "hard" -}}
affinity:
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: {{ .service.podAntiAffinityTopologyKey | quote }}
        labelSelector:
          matchLabels:
            app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
            app.kubernetes.io/component: {{ .component }}
{{- else if eq (toString .service.podAntiAffinity) "soft" -}}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: {{ .service.podAntiAffinityTopologyKey | quote }}
          labelSelector:
            matchLabels:
              app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
              app.kubernetes.io/component: {{ .component }}
{{- end }}
{{- end }}

{{/* A value that may hold template expressions, given as text or as YAML. Takes a dict of value and root. */}}
{{- define "connectware.tplValue" -}}
{{- if kindIs "string" .value }}
{{- tpl .value .root }}
{{- else }}
{{- tpl (toYaml .value) .root }}
{{- end }}
{{- end }}

{{/* A disruption budget has one bound: minAvailable if it is set, maxUnavailable otherwise. */}}
{{- define "connectware.podDisruptionBudget" -}}
{{- if .service.podDisruptionBudget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "connectware.componentName" . }}
  labels:
    {{- include "connectware.labels" . | nindent 4 }}
spec:
  {{- if .service.podDisruptionBudget.minAvailable }}
  minAvailable: {{ .service.podDisruptionBudget.minAvailable }}
  {{- else }}
  maxUnavailable: {{ .service.podDisruptionBudget.maxUnavailable }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "connectware.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end }}

{{- define "connectware.horizontalPodAutoscaler" -}}
{{- if .service.autoscaling.enabled -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "connectware.componentName" . }}
  labels:
    {{- include "connectware.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "connectware.componentName" . }}
  minReplicas: {{ .service.autoscaling.minReplicas }}
  maxReplicas: {{ .service.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .service.autoscaling.targetCPUUtilizationPercentage }}
{{- end }}
{{- end }}
