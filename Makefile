# CI runs "make check" and nothing else; a newcomer needs "make demo" and "make test".

GO ?= go

.PHONY: build test docs

build: ## the binary, bin/tenableio
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o bin/tenableio .

test: ## all quick tests, with the race detector
	$(GO) test -race -shuffle=on ./...

docs: ## rewrite what is rendered: golden results, manifest.yaml, the README's command table
	$(GO) test . -update
