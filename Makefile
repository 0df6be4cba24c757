# Everything here does its own set-up: a machine with Python 3.11 or newer (with venv) and make is enough.
# `make` alone lists the targets. PYTHON=python3.12 chooses an interpreter, WORKERS=4 the number of test processes.

PYTHON ?= python3
WORKERS ?= 2
MOMENTS ?= 1000
UPGRADE ?=

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input
COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check torture format lint types layers docs bench lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.ready ## three messy files become people, each row with its reason, and back again
	@$(BIN)/onefold demo

test: lint types layers docs ## the whole proof, real PostgreSQL included; a skipped test fails
	@echo "==> All tests, on SQLite and on PostgreSQL"
	@ONEFOLD_NO_SKIPS=1 $(BIN)/python -m pytest -q -n $(WORKERS)
	@echo "==> All good"

check: lint types layers ## the quick proof: format, lint, types, layers, and the tests that need no server
	@echo "==> Tests that need no server"
	@ONEFOLD_MOMENTS=20 $(BIN)/python -m pytest -q -n $(WORKERS) -m "not servers"

torture: .venv/.ready-dev ## kill imports, undos and migrations at 1,000 moments (MOMENTS=5000 for more)
	@ONEFOLD_MOMENTS=$(MOMENTS) $(BIN)/python -m pytest -q -n $(WORKERS) tests/torture

lint: .venv/.ready-dev
	@echo "==> Format and lint"
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet

types: .venv/.ready-dev
	@echo "==> Types"
	@$(BIN)/mypy

layers: .venv/.ready-dev
	@echo "==> Layers"
	@$(BIN)/lint-imports --no-logo

format: .venv/.ready-dev ## write the code as ruff would have it
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

docs: .venv/.ready-dev ## build the manual into site/
	@echo "==> The manual"
	@NO_COLOR=1 $(BIN)/zensical build --clean --strict

bench: .venv/.ready-bench ## measure every figure of docs/performance.md, for about an hour
	@$(BIN)/python -m bench

lock: .venv/.ready-dev ## pin the dependencies anew (UPGRADE=1 takes the newest of all)
	@echo "==> requirements.lock"
	@$(COMPILE) pyproject.toml --group build -o requirements.lock
	@echo "==> requirements-dev.lock"
	@$(COMPILE) pyproject.toml --group dev --constraint requirements.lock -o requirements-dev.lock
	@echo "==> requirements-bench.lock"
	@$(COMPILE) pyproject.toml --group bench --constraint requirements-dev.lock -o requirements-bench.lock

clean: ## take away everything that make has built
	rm -rf .venv build dist site .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The stamps say that .venv holds what the lock names. An install that was cut short leaves no stamp.

.venv/.ready: requirements.lock pyproject.toml
	@$(MAKE) --no-print-directory .venv/bin/pip
	@echo "==> Installing what Onefold needs into .venv (about a minute, this once)"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.ready-dev: requirements-dev.lock pyproject.toml
	@$(MAKE) --no-print-directory .venv/bin/pip
	@echo "==> Installing Onefold and what its tests need into .venv (a minute or two, this once)"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ .venv/.ready

.venv/.ready-bench: .venv/.ready-dev requirements-bench.lock
	@echo "==> Installing what imports are held against"
	@$(INSTALL) --require-hashes -r requirements-bench.lock
	@touch $@

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "error: Onefold needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo not there)."; \
		echo "       Say which one to use: make PYTHON=python3.12 ..."; exit 2; } >&2
	@echo "==> Making a virtual environment in .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear .venv || { \
		echo "error: this Python cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"; \
		exit 2; } >&2
