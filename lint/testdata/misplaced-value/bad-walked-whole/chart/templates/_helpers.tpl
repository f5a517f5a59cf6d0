{{- /* The number of texts below a map: it walks over every key, whatever its name is. */ -}}
{{- define "texts" -}}
{{- $found := list -}}
{{- range $key, $value := . -}}
{{- if kindIs "map" $value -}}
{{- $found = concat $found (include "texts" $value | fromJsonArray) -}}
{{- else if kindIs "string" $value -}}
{{- $found = append $found $key -}}
{{- end -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}
