# `make` alone says what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PROTOS = $(shell cd protos && find ilgam -name '*.proto' | sort)
SERVICE_PROTOS = $(shell cd protos && find ilgam -name '*_service.proto' | sort)
WEB = services/gateway/web
ASSETS = services/gateway/static/manifest.json
ARGS ?=
# Every process of the stack imports the same modules: compiled once, all of them start sooner.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run test test-all test-web fault fmt lint types arch protos protos-check fonts lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready $(ASSETS) ## install everything into .venv, build the pages' scripts and styles

$(WEB)/node_modules/.ready: $(WEB)/package-lock.json .venv/.ready
	@cd $(WEB) && PATH=$(abspath $(BIN)):$$PATH npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

$(ASSETS): $(WEB)/node_modules/.ready $(shell find $(WEB)/src $(WEB)/styles $(WEB)/fonts $(WEB)/examples $(WEB)/build.mjs -type f)
	@cd $(WEB) && PATH=$(abspath $(BIN)):$$PATH node build.mjs

.venv/.ready: pyproject.toml deploy/requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Ilgam needs Python 3.11 or newer; name one: make setup PYTHON=python3.12"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --requirement deploy/requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## start everything with the demo in it and say where to look (ARGS=--once ends after its work)
	@$(BIN)/ilgam run $(ARGS)

test: setup test-web ## every rule in its short form (pages too, where there is Chromium)
	@$(BIN)/pytest -n auto --dist loadfile -m "not long and not fault" $(ARGS)

test-all: setup test-web ## the long forms too
	@$(BIN)/pytest -n auto --dist loadfile --timeout 1800 -m "not fault" $(ARGS)

test-web: setup ## the pages' scripts by themselves, without a browser
	@cd $(WEB) && PATH=$(abspath $(BIN)):$$PATH npm run --if-present --silent test

fault: setup ## kill processes on purpose and look for lost or doubled work
	@$(BIN)/pytest --timeout 3600 -m fault $(ARGS)

fmt: setup ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix-only --quiet .

lint: setup ## ruff, and htmx attributes of older versions in templates
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@found=$$($(BIN)/python $(WEB)/node_modules/htmx.org/dist/scripts/upgrade-check.py services/gateway/templates) || { echo "$$found"; exit 1; }

types: setup ## mypy and TypeScript, strict
	@$(BIN)/mypy
	@cd $(WEB) && PATH=$(abspath $(BIN)):$$PATH npx tsc --noEmit

arch: setup ## who may import whom
	@$(BIN)/lint-imports

protos: setup ## lint the contracts and generate their code
	@$(BIN)/buf lint protos
	@rm -rf protos/gen/ilgam
	@cd protos && PATH=../$(BIN):$$PATH ../$(BIN)/python -m grpc_tools.protoc -I . --python_out=gen --mypy_out=quiet:gen $(PROTOS)
	@cd protos && PATH=../$(BIN):$$PATH ../$(BIN)/python -m grpc_tools.protoc -I . --grpc_python_out=gen --mypy_grpc_out=quiet:gen $(SERVICE_PROTOS)
	@$(BIN)/python -m deploy.nats.events_page

protos-check: protos ## fail when contracts break the last release or generated code drifted
	@$(BIN)/buf breaking protos --against protos/baseline.binpb
	@git diff --exit-code -- protos || { echo "generated code or EVENTS.md drifted: run make protos and commit"; exit 1; }
	@test -z "$$(git status --porcelain -- protos)" || { git status --porcelain -- protos; echo "generated files are not committed: run make protos and commit"; exit 1; }

fonts: setup ## cut the fonts anew, after texts with new syllables
	@$(BIN)/uv run --quiet --no-project --python $(BIN)/python --with 'fonttools[woff]' python $(WEB)/fonts/cut.py
	@folder=$$(mktemp -d) && (cd $$folder && PATH=$(abspath $(BIN)):$$PATH npm pack --loglevel=error pretendard-gov@1.3.9 >/dev/null && tar xzf *.tgz package/dist/public/static) && \
		$(BIN)/uv run --quiet --no-project --python $(BIN)/python --with 'fonttools[woff]' python $(WEB)/fonts/cut_papers.py $$folder/package/dist/public/static; \
		status=$$?; rm -rf $$folder; exit $$status

lock: ## resolve all versions anew, with hashes and without addresses
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate \
		--python-version 3.11 --extra local --extra web --group dev pyproject.toml -o deploy/requirements.lock

clean: ## remove what set-up and tests made, but no data
	@rm -rf $(WEB)/node_modules services/gateway/static .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
