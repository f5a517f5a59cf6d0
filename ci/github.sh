#!/usr/bin/env bash
# The steps of the GitHub Action (action.yml), each by its name. Inputs come as
# variables of the environment and are never read as shell. Runs with the bash
# 3.2 of macOS, too.
set -eo pipefail

folder="${RUNNER_TEMP:-/tmp}/spreadlint"

refuse() {
	echo "::error title=spreadlint::$1" # as GitHub shows it; what came from outside is not in it
	exit 2
}

# words splits a text at blanks and ends of lines into the array found. Quotes
# hold together what has blanks; nothing is expanded, no command is run.
words() {
	found=()
	case "$2" in *[![:space:]]*) ;; *) return ;; esac
	local text word
	text="$(printf '%s' "$2" | xargs printf '%s\n')" || refuse "the input $1 has a quote that does not end; a blank within a name is written \"like this\""
	while IFS= read -r word; do found+=("$word"); done <<<"$text"
}

# key tells actions/cache what is built: these very sources, for this system.
key() {
	cd "$GITHUB_ACTION_PATH"
	local sum=(sha256sum) sources
	command -v sha256sum >/dev/null || sum=(shasum -a 256) # macOS
	sources="$(find . -name .git -prune -o -type f -print | LC_ALL=C sort | tr '\n' '\0' | xargs -0 "${sum[@]}" | "${sum[@]}")"
	{
		echo "folder=$folder"
		echo "key=spreadlint-$RUNNER_OS-$RUNNER_ARCH-${sources%% *}"
	} >>"$GITHUB_OUTPUT"
}

# build puts the program into the folder: the version that is asked for, or
# that of the action, which a workflow pins.
build() {
	mkdir -p "$folder"
	export CGO_ENABLED=0 GOWORK=off
	if [ -n "$VERSION" ]; then
		GOBIN="$folder" go install -trimpath -ldflags '-s -w' "github.com/spreadlint/spreadlint@$VERSION"
		return
	fi
	local flags='-s -w'
	case "$REF" in
	*[!0-9A-Za-z.+-]*) ;; # a branch with a name that is no version
	v[0-9]*) flags="$flags -X github.com/spreadlint/spreadlint/cli.version=$REF" ;;
	esac
	cd "$GITHUB_ACTION_PATH"
	go build -trimpath -buildvcs=false -ldflags "$flags" -o "$folder/spreadlint$(go env GOEXE)" .
}

lint() {
	words args "$ARGS"
	local arguments=("${found[@]}")
	words charts "$CHARTS"
	if [ ${#found[@]} = 0 ]; then refuse "the input charts is empty; . is the whole repository"; fi
	if [ -n "$TARGET_BRANCH" ]; then arguments+=("--target-branch=$TARGET_BRANCH"); fi
	if [ -n "$GITHUB_STEP_SUMMARY" ]; then arguments+=(-o "markdown=$GITHUB_STEP_SUMMARY"); fi
	if [ -n "$SARIF" ]; then arguments+=(-o "sarif=$SARIF"); fi
	"$folder/spreadlint" lint -o github "${arguments[@]}" -- "${found[@]}"
}

case "$1" in
key | build | lint) "$1" ;;
*) refuse "unknown step" ;;
esac
