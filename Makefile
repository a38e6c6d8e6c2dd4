# CI runs "make check" and nothing else; a newcomer needs "make demo" and "make test".

GO ?= go

.PHONY: build test docs faults

build: ## the binary, bin/tenableio
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o bin/tenableio .

test: ## all quick tests, with the race detector
	$(GO) test -race -shuffle=on ./...

docs: ## rewrite what is rendered: golden results, manifest.yaml, the README's command table
	$(GO) test . -update

faults: ## every fault of the matrix against the real binary, the slow ones too; prints how many rows and vectors hold
	TENABLEIO_FAULTS=all $(GO) test -count=1 -timeout 30m ./internal/faults
