{{ define "sub.name" }}of-a-dependency{{ end }}
