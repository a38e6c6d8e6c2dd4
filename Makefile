# CI runs "make check" and nothing else; a newcomer needs "make demo" and "make test".

GO      ?= go
BINARY  := bin/tenableio
TOOLS   := internal/tools/go.mod
LINT    := $(GO) tool -modfile=$(CURDIR)/$(TOOLS) golangci-lint
# The modules of their own, but for the one that pins the tools.
MODULES := $(filter-out internal/tools/,$(dir $(wildcard integrations/*/go.mod internal/*/go.mod)))
# -s drops what -dwarf=false does not make in the first place: a tenth of the time of compiling.
FLAGS   := -trimpath -gcflags=all=-dwarf=false
# How modules of their own are checked: as their programs are built, so that nothing is compiled twice.
ALIKE   := CGO_ENABLED=0 GOFLAGS="$$($(GO) env GOFLAGS) $(FLAGS)"
BUILD   := CGO_ENABLED=0 $(GO) build $(FLAGS) -buildvcs=auto -mod=readonly -ldflags='-s -w -buildid='
FUZZING := ./internal/cli:FuzzRun ./internal/cli:FuzzAnswer ./connection:FuzzServerURL ./connection:FuzzRetryAfter ./internal/strictjson:FuzzCheck \
           ./internal/files:FuzzSafeName ./commands/exports:FuzzCopy ./internal/redact:FuzzRedactor
FUZZTIME ?= 60s
# The race detector needs a C compiler; the tests do not.
RACE    := $(shell test "$$($(GO) env CGO_ENABLED)" = 1 && echo -race)

.PHONY: help build test demo docs faults fleet soak check lint vulnerabilities reproducible packaging release bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the binary, bin/tenableio
	$(BUILD) -o $(BINARY) .

test: ## all tests but the slow faults, with the race detector where there is a C compiler
	$(if $(RACE),,@echo "race detector: not run (no C compiler)")
	$(GO) test $(RACE) -shuffle=on -timeout 5m ./...

demo: build ## play an incident against a sandbox and show what an analyst sees; JSON=1 shows whole results
	@$(GO) run ./demo $(BINARY) $(if $(JSON),whole)

docs: ## rewrite what is rendered: golden results, manifest.yaml, and the marked parts of README.md and docs/
	$(GO) test ./internal/cli -run TestCases -update
	$(GO) test ./internal/cli -run TestDocs -update # after the results that it quotes
	$(GO) run -C internal/pictures . $(CURDIR) # after the figures that it plots

faults: ## every fault of the matrix against the real binary, the slow ones too; prints how many rows and vectors hold
	@echo "faults: commit $$(git describe --always --dirty)"
	TENABLEIO_FAULTS=all $(GO) test -C internal/vectors -count=1 -timeout 30m

fleet: ## up to 200 processes under one key against a token bucket (2 minutes); prints how many succeed
	@echo "fleet: commit $$(git describe --always --dirty)"
	TENABLEIO_FAULTS=fleet $(GO) test -C internal/vectors -count=1 -timeout 10m -run ^TestFleet

soak: ## 10,000 runs with random commands, faults and signals, 200 kills, and each fuzz target for FUZZTIME; prints its figures
	@echo "soak: commit $$(git describe --always --dirty)"
	TENABLEIO_FAULTS=soak $(GO) test -C internal/vectors -count=1 -timeout 60m -run ^TestSoak
	@for target in $(FUZZING); do \
		out=$$($(GO) test -run '^$$' -fuzz "^$${target#*:}$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "$${target%%:*}") || { echo "$$out"; exit 1; }; \
		echo "$${target#*:}: $$(echo "$$out" | grep execs | tail -1 | cut -d ' ' -f 2-)"; \
	done

check: lint test vulnerabilities reproducible packaging integrations ## everything that CI wants

lint: ## go vet and golangci-lint, with gofumpt, of all modules; of the Temporal server the form alone
	$(GO) vet ./...
	$(LINT) run ./...
	$(LINT) fmt --diff $(MODULES)
	@# The linter itself is compiled already, with the usual flags.
	@linter=$$($(GO) tool -modfile=$(TOOLS) -n golangci-lint) && export $(ALIKE) && for module in $(MODULES); do \
		case $$module in */temporal-dev/) only="--enable-only lll,godot,misspell";; *) only=;; esac; \
		(cd $$module && "$$linter" run $$only ./...) || exit 1; \
	done

vulnerabilities: ## govulncheck, where a vulnerability database can be reached
	@said=$$($(GO) tool -modfile=$(TOOLS) govulncheck ./... 2>&1); status=$$?; echo "$$said"; \
	case "$$status $$said" in \
	"0 "*) ;; \
	*"fetching vulnerabilities"*) echo "govulncheck: not run (no vulnerability database could be read)";; \
	*) exit 1;; \
	esac

reproducible: build ## two builds, from two folders, are the same bytes
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && cp -R . "$$folder/copy" && cd "$$folder/copy" && \
	$(BUILD) -o "$$folder/again" . && cmp "$$folder/again" "$(CURDIR)/$(BINARY)" && echo "reproducible: two builds are equal"

packaging: ## the tests of what makes releases and pictures, which are modules of their own
	$(ALIKE) $(GO) test -C internal/release ./...
	$(ALIKE) $(GO) test -C internal/pictures ./...

release: ## archives, packages, bills of materials and checksums for all systems, in dist/
	$(GO) run -C internal/release . $(CURDIR) $(CURDIR)/dist
	@cat dist/SHA256SUMS

clean: ## remove what was built
	rm -rf bin dist

bench: build ## ratios of whole processes and of the projector, in one run (some minutes)
	$(GO) test -run '^$$' -bench . -benchtime 2s ./commands/exports
	@mkdir -p bin/peers && CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o bin/peers/ ./internal/bench/bare ./internal/bench/least
	@$(GO) build -o bin/bench ./internal/bench && bin/bench $(CURDIR)/$(BINARY) $(CURDIR)/bin/peers $(STEPS)

include integrations/targets.mk
