{{/*
Helpers that concern one agent take one dict:
  root      the root context
  agent     the entry of protocolMapperAgents
  defaults  protocolMapperAgentDefaults
A value of the entry wins over the same value of the defaults. Zero and the empty string in the entry count as not set.
*/}}

{{- define "connectware-agent.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* <release>-<chart>, or one of them if they are the same word. */}}
{{- define "connectware-agent.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if eq .Release.Name (include "connectware-agent.name" .) }}
{{- .Release.Name }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "connectware-agent.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* Labels common to all agents of the release. */}}
{{- define "connectware-agent.groupLabels" -}}
app.kubernetes.io/name: {{ include "connectware-agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: agent
{{- end }}

{{- define "connectware-agent.labels" -}}
{{ include "connectware-agent.groupLabels" . }}
app.kubernetes.io/part-of: connectware
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{- define "connectware-agent.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "connectware-agent.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "connectware-agent.image" -}}
{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/*
The spreading rule of an agent. "soft" and "hard" render one term each; every other word, "none" included, renders
nothing. Each agent is a StatefulSet of one Pod, so the term selects the Pods of all agents, not those of one.
*/}}
{{- define "connectware-agent.podAntiAffinity" -}}
{{- $mode := ternary .agent.podAntiAffinity .defaults.podAntiAffinity (hasKey .agent "podAntiAffinity") | toString }}
{{- $options := .agent.podAntiAffinityOptions | default dict }}
{{- if eq $mode "hard" -}}
affinity:
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: {{ $options.topologyKey | default .defaults.podAntiAffinityOptions.topologyKey | quote }}
        labelSelector:
          matchExpressions:
            {{- include "connectware-agent.matchExpressions" . | nindent 12 }}
{{- else if eq $mode "soft" -}}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: {{ $options.topologyKey | default .defaults.podAntiAffinityOptions.topologyKey | quote }}
          labelSelector:
            matchExpressions:
              {{- include "connectware-agent.matchExpressions" . | nindent 14 }}
{{- end }}
{{- end }}

{{/* All agents of the release, unless podAntiAffinityOptions.key brings an expression of its own. */}}
{{- define "connectware-agent.matchExpressions" -}}
{{- $options := .agent.podAntiAffinityOptions | default dict }}
{{- $key := $options.key | default .defaults.podAntiAffinityOptions.key }}
{{- $value := $options.value | default .defaults.podAntiAffinityOptions.value }}
{{- if $key -}}
- key: {{ $key | quote }}
  operator: {{ $options.operator | default .defaults.podAntiAffinityOptions.operator }}
  {{- if $value }}
  values: [{{ $value | quote }}]
  {{- end }}
{{- else -}}
- key: app.kubernetes.io/instance
  operator: In
  values: [{{ .root.Release.Name | quote }}]
- key: app.kubernetes.io/component
  operator: In
  values: [agent]
{{- end }}
{{- end }}

{{/* A value that may hold template expressions, given as text or as YAML. Takes a dict of value and root. */}}
{{- define "connectware-agent.tplValue" -}}
{{- if kindIs "string" .value }}
{{- tpl .value .root }}
{{- else }}
{{- tpl (toYaml .value) .root }}
{{- end }}
{{- end }}

{{/* Environment of the staggered start. */}}
{{- define "connectware-agent.progressiveServiceDeployment" -}}
{{- $own := .agent.progressiveServiceDeployment | default dict }}
{{- $defaults := .defaults.progressiveServiceDeployment }}
{{- if ternary $own.enabled $defaults.enabled (hasKey $own "enabled") -}}
- name: PROGRESSIVE_SERVICE_DEPLOYMENT
  value: "true"
- name: PROGRESSIVE_SERVICE_DEPLOYMENT_WARMUP_MINUTES
  value: {{ $own.warmupDuration | default $defaults.warmupDuration | quote }}
- name: PROGRESSIVE_SERVICE_DEPLOYMENT_MIN_DELAY_MS
  value: {{ $own.warmupMinDelay | default $defaults.warmupMinDelay | quote }}
- name: PROGRESSIVE_SERVICE_DEPLOYMENT_MAX_DELAY_MS
  value: {{ $own.warmupMaxDelay | default $defaults.warmupMaxDelay | quote }}
{{- end }}
{{- end }}
