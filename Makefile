# make demo, make test: all that a newcomer needs. Everything happens in a virtual environment of its own.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: all demo test lint types docs clean

all: lint types test docs

$(VENV)/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("graduasi needs Python 3.11 or newer; set PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[report,parquet,test]'
	touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[report,parquet,test,lint,docs]'
	touch $@

demo: $(VENV)/ready
	$(BIN)/graduasi run examples/bekasi/scenario.toml --out out/bekasi

test: $(VENV)/ready
	$(BIN)/python -m pytest --cov --cov-fail-under=95

lint: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready-dev
	$(BIN)/mypy

docs: $(VENV)/ready-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir out/site

clean:
	rm -rf $(VENV) out
