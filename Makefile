# From a fresh clone with Python 3.11+, git and make: `make run`, `make test`.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# Options of gkingest, e.g. make run ARGS="-v --db /tmp/x.sqlite"; of pytest, e.g. make test ARGS="tests/text"
ARGS :=
# How long make fuzz goes on, and where its documents begin: one seed gives the same documents on every machine.
FUZZ_SECONDS ?= 60
FUZZ_SEED ?= 1
# The commit that make same compares with.
BASE ?= HEAD~1
# The first Python that is new enough; PYTHON=/path/to/python names another.
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.PHONY: help design run test test-stages test-fast test-versions lint check package release schema fuzz clean
.PHONY: bench bench-scans bench-batch bench-queries bench-export mutants same
.DELETE_ON_ERROR:

help:
	@echo "make run     set up and read the sample reports in corpus/ into db/gkingest.sqlite"
	@echo "make test    set up and run the tests"
	@echo "make test-stages    the tests that kill runs, open a browser, or take away what only POSIX has"
	@echo "make test-fast      the tests that need no minute; make test-versions: those on every Python of this machine"
	@echo "make check   linters, types, house rules (make lint), then all tests"
	@echo "make package build sdist and wheel into dist/, install the wheel in clean environments, call every command"
	@echo "make release the same for a release: built, checked, with SHA256SUMS in dist/; uploads nothing"
	@echo "make design  write docs/rooms/ again from the package"
	@echo "make schema  write db/schema.sql, the codebooks in docs/ and the schema version again"
	@echo "make bench   time and memory on the sample reports, or on ARGS=\"folder list.txt\"; make bench-scans: on scans"
	@echo "make bench-batch    thousands of documents, one in twenty hostile, with one worker and with two"
	@echo "make bench-queries  a researcher's queries over 100,000 reports"
	@echo "make bench-export   that many reports exported in every format"
	@echo "make fuzz    damage the shipped documents for FUZZ_SECONDS=60 (FUZZ_SEED=1): every outcome must have a reason"
	@echo "make fuzz ARGS=--seen    draw figures that the page shows and the file does not say: no wrong one without a doubt"
	@echo "make mutants change the code that judges and matches, again and again: does a test notice? (an hour or more)"
	@echo "make same    what the documents say now and at BASE=HEAD~1: the same rows, exports and inspection?"
	@echo "make clean   remove what was set up and all caches (no database)"

run: $(VENV)/.installed
	@$(BIN)/gkingest $(ARGS) corpus/

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -n auto -m "not stage" $(ARGS)

test-stages: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -n auto -m stage $(ARGS)

test-fast: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -n auto @tests/fast.txt $(ARGS)

# ARGS="3.12" runs them on that version alone.
test-versions:
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer was found (PYTHON=/path/to/python)"; exit 1; }
	@"$(PYTHON)" tests/package/versions.py $(ARGS)

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff check --quiet --preview --select PLW1514 src # text files have the encoding said, not the system's
	@$(BIN)/ruff format --check --quiet . || { echo "not formatted; run $(BIN)/ruff format ."; exit 1; }
	@for system in linux win32 darwin; do $(BIN)/mypy --platform $$system --cache-dir .mypy_cache/$$system || exit 1; done
	@$(BIN)/lint-imports --no-logo

check: lint test test-stages

# ARGS="bare all" proves these environments alone.
package: $(VENV)/.installed-dev
	@$(BIN)/python tests/package/dists.py dist
	@$(BIN)/python tests/package/environments.py dist $(ARGS)

release: lint test-fast
	@$(BIN)/python tests/package/dists.py dist
	@$(BIN)/python tests/package/environments.py dist bare all
	@echo "dist/ is ready to be handed out; nothing was uploaded"

design: $(VENV)/.installed-dev
	@$(BIN)/python tests/house/rooms.py

schema: $(VENV)/.installed
	@$(BIN)/python -m gkingest.store.codebook

fuzz: $(VENV)/.installed-dev
	@$(BIN)/python tests/fuzz/fuzz.py --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED) $(ARGS)

bench: $(VENV)/.installed
	@$(BIN)/python tests/bench/bench_corpus.py $(ARGS)

bench-scans: $(VENV)/.installed
	@$(BIN)/python tests/bench/bench_scans.py

bench-batch: $(VENV)/.installed-dev
	@$(BIN)/python tests/bench/bench_batch.py $(ARGS)

bench-queries: $(VENV)/.installed-dev
	@$(BIN)/python tests/bench/bench_queries.py $(ARGS)

bench-export: $(VENV)/.installed-dev
	@$(BIN)/python tests/bench/bench_export.py $(ARGS)

mutants: $(VENV)/.installed-dev
	@$(PIP) --editable '.[mutation]'
	@$(BIN)/mutmut run >mutants.log 2>&1 || { tail -20 mutants.log; exit 1; }
	@$(BIN)/python tests/mutation/score.py

same: $(VENV)/.installed-dev
	@$(BIN)/python tests/house/same_rows.py --base $(BASE) $(ARGS)

clean:
	@rm -rf $(VENV) build dist mutants mutants.log .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "gkingest needs Python 3.11 or newer; none was found (PYTHON=/path/to/python)"; exit 1; }
	@echo "making $(VENV) with $(PYTHON)"
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "installing gkingest and what it needs into $(VENV)"
	@$(PIP) --editable '.[all]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	@echo "installing gkingest and its test tools into $(VENV)"
	@$(PIP) --editable '.[all,dev]'
	@touch $@ $(VENV)/.installed
