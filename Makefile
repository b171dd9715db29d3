# make demo and make test are the two commands of the README; the rest is for people who work on the project.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
# The parser gains nothing from more threads; without this every worker starts one per core.
export OMP_NUM_THREADS ?= 1

demo: $(VENV)/.runtime  ## set up .venv from the lock, then read the example reports
	@$(BIN)/tallystick demo

# Else every process compiles the sources anew.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev  ## style, types, layers, tests
	$(BIN)/ruff check src tests eval
	$(BIN)/ruff format --check src tests eval
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(VENV)/.dev  ## scores on annotated data that lies outside the project, the floors, and speed
	$(BIN)/python -m eval.score
	$(BIN)/python -m eval.seed
	$(BIN)/python -m eval.ledgers
	$(BIN)/python -m eval.speed
	$(BIN)/python -m eval.at_scale --claims 50000

docs: $(VENV)/.dev  ## write the generated pages of docs/ and the outputs shown in them again
	$(BIN)/python -m tests.docs.generate

lock: $(VENV)/.dev  ## write requirements/*.txt again from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group build $(LOCK) --output-file requirements/runtime.txt
	uv pip compile pyproject.toml --group dev $(LOCK) --constraint requirements/runtime.txt --output-file requirements/dev.txt

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tallystick needs Python 3.11 or newer; set PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt | $(VENV)/bin/python
	@test -e $(VENV)/.dev || echo "Setting up $(VENV) from requirements/runtime.txt (a minute or two, once) ..."
	@test -e $(VENV)/.dev || $(PIP) --require-hashes -r requirements/runtime.txt
	@test -e $(VENV)/.dev || $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/python
	@echo "Setting up $(VENV) from requirements/dev.txt (a minute or two, once) ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: demo test bench docs lock
