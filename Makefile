# `make scan` and `make test` are each enough by themselves on a fresh machine with Python 3.11 and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: scan test browser lint docs mutants bench clean

scan: $(VENV)/.installed
	$(BIN)/readiness scan --sample -o readiness-report.html
	@echo "The report: readiness-report.html"

test: $(VENV)/.dev lint browser
	$(BIN)/python -m pytest -n auto --dist loadscope

browser: $(VENV)/.dev
	@$(BIN)/python -m tools.browser

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

mutants: $(VENV)/.dev
	$(BIN)/python tools/mutants.py

docs: $(VENV)/.dev
	$(BIN)/python -m tools.make_docs

bench: $(VENV)/.dev
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) dist build readiness-report.html

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("readiness needs Python 3.11 or newer; try make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	@echo "Installing readiness into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group dev
	touch $@
