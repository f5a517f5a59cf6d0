# Targets for people and CI. The first build compiles Helm's and Kubernetes'
# libraries and takes minutes; later ones take seconds.
.PHONY: build test check bench docs fuzz conformance campaign release-check

build: ## the program, as ./spreadlint
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o spreadlint .

test: ## all tests
	go test ./...

check: ## what CI runs: format, vet, tidy modules, up-to-date docs, tests, a small conformance run
	@test -z "$$(gofmt -l .)" || { echo "gofmt needed:"; gofmt -l .; exit 1; }
	go mod tidy -diff
	go vet ./...
	go test ./...
	cd conformance && go test . -objects 1000 && go test ./scheduler -clusters 200

docs: ## rewrite generated files: docs/rules and expected outputs
	go test ./lint ./render -update
	go test ./fix ./report . -update

conformance: ## verdicts against the API server's own create path, 20,000 objects; placement against the scheduler's own runtime, 4,000 clusters
	cd conformance && go test . -count=1 -objects 20000 -timeout 60m && go test ./scheduler -count=1 -clusters 4000 -timeout 20m

fuzz: ## a minute of each fuzz target
	go test ./values -run '^$$' -fuzz FuzzParse -fuzztime 60s
	go test ./values -run '^$$' -fuzz FuzzEdit -fuzztime 60s -fuzzminimizetime 0
	go test ./kube -run '^$$' -fuzz FuzzDecode -fuzztime 60s -fuzzminimizetime 0
	go test ./lint -run '^$$' -fuzz FuzzValues -fuzztime 60s -fuzzminimizetime 0
	go test ./lint -run '^$$' -fuzz FuzzManifests -fuzztime 60s -fuzzminimizetime 0

CAMPAIGN ?= /tmp/spreadlint-campaign
campaign: build ## spreadlint on the real charts below CHARTS, judged by helm: make campaign CHARTS=DIR ARGS='-only "*/redis" -v'
	@test -n "$(CHARTS)" || { echo "make campaign CHARTS=DIR: a folder with REPOSITORY/CHART/Chart.yaml"; exit 2; }
	go build -o $(CAMPAIGN)/campaign ./campaign
	$(CAMPAIGN)/campaign -charts "$(CHARTS)" -out $(CAMPAIGN) $(if $(findstring -only,$(ARGS))$(findstring -sample,$(ARGS)),,-table docs/charts.md) $(ARGS)

bench: ## whole-process times against `helm template`; placement and edits by size
	go test . ./cluster ./values -run '^$$' -bench . -benchtime 1x

release-check: ## builds for every system that is released, to nowhere
	@for os in linux darwin windows; do for arch in amd64 arm64; do \
		echo "$$os/$$arch"; CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -o /dev/null . || exit 1; done; done
	@command -v goreleaser >/dev/null && goreleaser check || echo "goreleaser is not installed: .goreleaser.yaml was not checked"
