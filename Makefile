# make demo, make test: all that a newcomer needs. Everything happens in a virtual environment of its own.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OLDEST := .venv-oldest

.PHONY: all demo test test-oldest lint types docs sdist-check lowest snapshots ready-dev ready-oldest clean

all: lint types test docs

$(VENV)/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("graduasi needs Python 3.11 or newer; set PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[report,parquet,test]'
	touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[report,parquet,test,lint,docs]'
	touch $@

$(OLDEST)/ready: pyproject.toml tools/lowest.txt
	@$(PYTHON) -c 'import sys; sys.exit("the oldest dependencies have wheels for Python 3.11 only; set PYTHON=...") if sys.version_info[:2] != (3, 11) else None'
	$(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --constraint tools/lowest.txt --editable '.[report,parquet,test]'
	touch $@

ready-dev: $(VENV)/ready-dev

ready-oldest: $(OLDEST)/ready

demo: $(VENV)/ready
	$(BIN)/graduasi run examples/bekasi/scenario.toml --out out/bekasi

test: $(VENV)/ready
	$(BIN)/python -m pytest --cov --cov-fail-under=95

# The same tests, but for the slow ones, with the lowest releases that pyproject.toml allows.
test-oldest: $(OLDEST)/ready
	$(OLDEST)/bin/python -m pytest -q -m "not slow"

lint: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready-dev
	$(BIN)/mypy

docs: $(VENV)/ready-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir out/site

# The source distribution holds what git tracks, its tests run from it, and no link of the description is relative.
sdist-check: $(VENV)/ready-dev
	$(BIN)/python tools/check_sdist.py out/dist

# After a change that is meant: write anew what the tests compare with, and read the difference.
snapshots: $(VENV)/ready
	$(BIN)/python -m tests.snapshots

lowest: $(VENV)/ready
	$(BIN)/python tools/lowest.py > tools/lowest.txt

clean:
	rm -rf $(VENV) $(OLDEST) out
