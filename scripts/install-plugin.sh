#!/bin/sh
# Puts the program into the folder of the Helm plugin: the one that is on the
# PATH, else one built with Go. It downloads no binary.
set -eu
mkdir -p bin
if command -v spreadlint >/dev/null 2>&1; then
	ln -sf "$(command -v spreadlint)" bin/spreadlint
elif command -v go >/dev/null 2>&1; then
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/spreadlint .
else
	echo "neither spreadlint nor go is on the PATH: install one of them, then run helm plugin update spread" >&2
	exit 1
fi
