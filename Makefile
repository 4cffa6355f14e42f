# Everything a new machine needs besides Python 3.11+, git and make is installed here, from lock files.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo demo-once run test check lint types contracts audit sbom chaos bench pictures lock clean

demo: .venv/.ready            ## play the main job on made-up publishers and stay up
	@$(BIN)/g40flow demo

demo-once: .venv/.ready       ## the same, without staying up
	@$(BIN)/g40flow demo --once

run: .venv/.ready             ## the real publishers, your config/
	@$(BIN)/g40flow run

test: .venv/.ready-dev        ## all tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: lint types contracts audit test   ## format, lint, strict types, import contracts, audit, tests

lint: .venv/.ready-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: .venv/.ready-dev
	@$(BIN)/mypy

contracts: .venv/.ready-dev
	@$(BIN)/lint-imports

audit: .venv/.ready-dev       ## known vulnerabilities of the locked packages; says so when it cannot look
	@$(BIN)/python scripts/audit.py

sbom: .venv/.ready            ## bill of materials of the locked packages (CycloneDX), in sbom.cdx.json
	@$(BIN)/python scripts/sbom.py

chaos: .venv/.ready-dev       ## over 10,000 messages on each database while everything goes wrong
	@$(BIN)/python -m tests.chaos

bench: .venv/.ready-dev       ## speed and memory, as ratios against a floor in the same run
	@$(BIN)/python -m bench

pictures: .venv/.ready-dev    ## the pictures of the user guide, made anew; needs Chromium
	@$(BIN)/python docs/pictures.py

lock: .venv/.uv               ## renew the lock files after a change of pyproject.toml
	$(BIN)/uv pip compile -q pyproject.toml --extra learn --group dev --group build --generate-hashes \
	    --no-header --universal --python-version 3.11 -o requirements-dev.lock
	$(BIN)/uv pip compile -q pyproject.toml --group build --generate-hashes --no-header --universal \
	    --python-version 3.11 -c requirements-dev.lock -o requirements.lock
	echo 'uv>=0.9' | $(BIN)/uv pip compile -q - --generate-hashes --no-header --no-annotate --universal \
	    --python-version 3.11 -c requirements-dev.lock -o requirements-uv.lock

clean:                        ## forget the demo and all caches; keeps .data
	rm -rf .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "g40flow needs Python 3.11 or newer, found %d.%d; name it: make PYTHON=python3.12 demo" % sys.version_info[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

.venv/.ready: .venv/.uv requirements.lock pyproject.toml
	@echo "installing (once) ..."
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --require-hashes -r requirements.lock
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --require-hashes -r requirements-dev.lock
	@touch $@
