# Every target bootstraps .venv by itself from Python 3.11, make and the package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SHELL := /bin/bash
# Compiled modules are kept, in $(VENV) and nowhere else: compiling all again takes each process of a test run 5 seconds.
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/bytecode
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test test-fast test-postgresql chaos attack bench lint format lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo       run the main job against a sandbox GitHub (ARGS='--once --json')"
	@echo "make test       everything that is tested, in about 35 minutes (ARGS='-k mirror')"
	@echo "make test-fast  the same without the slow tests, in about two minutes"
	@echo "make test-postgresql  on PostgreSQL what make test has on SQLite alone, in about half an hour"
	@echo "make chaos      five minutes of everything going wrong (ARGS='--seed 17 --rounds 10')"
	@echo "make attack     break the code on purpose, one way after another, and see which tests notice (ARGS='\"NAME\"')"
	@echo "make bench      what it costs, beside others; needs Node 20 (ARGS='--only intake --rounds 5', ARGS=--quick)"
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

# What waits for a database that never answers is ended and named.
ENDS := -o faulthandler_timeout=900 -o faulthandler_exit_on_timeout=true
test-postgresql: $(READY)
	@$(BIN)/pytest -n 2 --dist worksteal $(ENDS) --other postgresql $(ARGS)

chaos: $(READY)
	@$(BIN)/python -m tests.chaos $(ARGS)

attack: $(READY)
	@$(BIN)/python -m tests.attacks $(ARGS)

# What is measured beside ours lives apart: aiohttp in an environment of its own, Probot in its folder.
PEERS := .venv-bench
PROBOT := benchmarks/peers/probot
bench: $(READY) $(PEERS)/.ready $(PROBOT)/node_modules/.ready
	@$(BIN)/python -m benchmarks $(ARGS)

$(PEERS)/.ready: requirements/bench.txt $(READY)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(PEERS)
	@$(BIN)/uv pip sync --quiet --python $(PEERS)/bin/python --require-hashes requirements/bench.txt 1>&2
	@touch $@

$(PROBOT)/node_modules/.ready: $(PROBOT)/package-lock.json
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; \
	then cd $(PROBOT) && npm ci --no-audit --no-fund --loglevel=error 1>&2 && touch node_modules/.ready; \
	else echo "Node 20 or newer with npm is not there, so Probot is not: only ARGS='--only sweep,scale,decide' will work" 1>&2; fi

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
	$(LOCK) pyproject.toml --extra postgresql -o requirements/app.txt
	$(LOCK) pyproject.toml --extra dev -c requirements/app.txt -o requirements/dev.txt
	$(LOCK) requirements/build.in -c requirements/dev.txt -o requirements/build.txt
	$(LOCK) requirements/bench.in -c requirements/dev.txt -o requirements/bench.txt

clean:
	rm -rf $(VENV) $(PEERS) $(PROBOT)/node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
