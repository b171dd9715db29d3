# make demo and make test are the two commands of the README; the rest is for people who work on the project.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

bench:
	$(BIN)/python -m eval.score

.PHONY: bench
