{{ define `needed.inner` }}inner{{ end }}
