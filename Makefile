# Every target bootstraps .venv by itself from Python 3.11, make and the package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SHELL := /bin/bash

.PHONY: demo test test-fast lint format lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo       run the main job against a sandbox GitHub (ARGS='--once --json')"
	@echo "make test       everything that is tested, in at most 15 minutes (ARGS='-k mirror')"
	@echo "make test-fast  the same without the slow tests, in at most a minute"
	@echo "make lint       ruff, mypy, import contracts"
	@echo "make lock       resolve requirements/ again"

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Greenroom needs Python 3.11 or newer; set PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV) 1>&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt 1>&2
	@touch $@

$(READY): requirements/dev.txt pyproject.toml $(BIN)/uv
	@echo "installing the locked dependencies into $(VENV)" 1>&2
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/uv.txt requirements/dev.txt 1>&2
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . 1>&2
	@touch $@

demo: $(READY)
	@$(BIN)/greenroom demo $(ARGS)

test: $(READY)
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

test-fast: $(READY)
	@$(BIN)/pytest -n 2 --dist worksteal -m "not slow" $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# --no-strip-extras: pip refuses the hash lock otherwise. --no-header: a lock names no host and no path.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-header --python-version 3.11
lock: $(BIN)/uv
	$(LOCK) requirements/uv.in -o requirements/uv.txt
	$(LOCK) pyproject.toml -o requirements/app.txt
	$(LOCK) pyproject.toml --extra dev -c requirements/app.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
