# make demo    the main job on the example
# make test    lint, types, layers and the quick tests
# make slow    the tests that take minutes
# make mutants faults put in one at a time: does a test catch each?
# make bench   how fast, on larger pools
# make docs    the documentation, into out/site
#
# Everything runs in .venv, which is made on first use. Another Python: make demo PYTHON=python3.12

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
JOBS ?= 2

.PHONY: demo test lint slow mutants bench docs clean

demo: $(VENV)/.installed
	@begin=$$(date +%s); $(BIN)/clusterpool solve examples/six-clusters --out out/six-clusters; code=$$?; \
	echo "clusterpool solve took $$(( $$(date +%s) - begin )) s"; exit $$code

test: lint
	$(BIN)/python -m pytest -q tests/test_layers.py
	$(BIN)/python -m pytest -q -n $(JOBS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -m slow

mutants: $(VENV)/.installed-dev
	$(BIN)/python tests/mutants/run.py

bench: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -m benchmark -s

docs: $(VENV)/.installed-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir out/site
	@echo "The documentation is in out/site/index.html"

clean:
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
	    $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	    echo "Making $(VENV) with $$($$python --version)"; \
	    $$python -m venv $(VENV) && exit 0; \
	done; \
	echo "clusterpool needs Python 3.11 or newer with its venv module, and found none." >&2; \
	echo "Install one (https://www.python.org/downloads/; on Debian or Ubuntu: apt install python3 python3-venv)" >&2; \
	echo "or name one: make demo PYTHON=/path/to/python3" >&2; exit 1

$(VENV)/.installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed
