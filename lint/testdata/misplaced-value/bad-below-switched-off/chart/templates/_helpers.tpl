{{- define "port" -}}
{{- $admin := merge (dict "protocol" "TCP") .Values.admin -}}
{{- $admin.port -}}
{{- end -}}
