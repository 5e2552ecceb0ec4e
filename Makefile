# Leeszaal: `make demo` shows everything once, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REQUIREMENTS := requirements/base.txt
TEST_REQUIREMENTS := requirements/test.txt
# The suite runs in so many processes; each file of tests stays in one.
WORKERS ?= 2

.PHONY: demo test env lab site lint bench quarto lock clean help

demo: env
	@$(BIN)/leeszaal demo

test: $(VENV)/.test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

env: $(VENV)/.env

lab: env
	@$(BIN)/leeszaal lab

site: env
	@$(BIN)/leeszaal site

lint: $(VENV)/.test
	@$(BIN)/ruff check lib tests benchmarks scripts
	@$(BIN)/ruff format --check lib tests benchmarks scripts
	@$(BIN)/mypy

bench: $(VENV)/.test
	@$(BIN)/python benchmarks/run.py $(if $(QUICK),--quick)

# Quarto fetches its program from the internet while it installs, so this can fail where only a package mirror is reached.
quarto: env
	@$(BIN)/python -m pip install --quiet "quarto-cli>=1.7" >$(VENV)/quarto.log 2>&1 \
	  && echo "Quarto $$($(BIN)/quarto --version) is geïnstalleerd; leeszaal site gebruikt het voortaan." \
	  || { echo "Quarto kan op deze machine niet worden geïnstalleerd: het installatieprogramma haalt Quarto van internet (zie $(VENV)/quarto.log)."; \
	       echo "De site wordt dan met Pandoc en Typst gemaakt; u hoeft niets te doen."; exit 1; }

# Pinned versions with hashes, no addresses. Needs the tool uv: python -m pip install uv
lock:
	@$(PYTHON) scripts/lock.py

clean:
	@rm -rf $(VENV) _site _parts figures downloads literature/library .pytest_cache .mypy_cache .ruff_cache .hypothesis .leeszaal
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@echo "make demo | test | env | lab | site | lint | bench | quarto | lock | clean"

$(VENV)/.python:
	@$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Leeszaal heeft Python 3.11 of nieuwer nodig; dit is ' + sys.version.split()[0] + '. Noem een andere: make demo PYTHON=python3.12')"
	@echo "Omgeving maken (eenmalig, ongeveer twee minuten)…"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.env: $(REQUIREMENTS) pyproject.toml | $(VENV)/.python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(REQUIREMENTS)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(TEST_REQUIREMENTS) $(VENV)/.env
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(TEST_REQUIREMENTS)
	@touch $@
