# Every command a developer or CI runs. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bench gate check docs clean

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
# The CPU build of torch: the default build for Linux brings several GB of CUDA.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH := $(shell sed -n '/^torch==/p' constraints.txt)
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Byline needs Python 3.11 or newer; name one with make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

# The pip that comes with an older Python stumbles over the spellings of an extra (lxml[html-clean]).
$(VENV)/.torch: constraints.txt | $(VENV)/bin/python
	@$(PIP) --upgrade pip
	@echo "Installing torch, CPU build …"
	@$(PIP) --retries 0 --timeout 15 --index-url $(TORCH_INDEX) $(TORCH) 2>/dev/null || $(PIP) $(TORCH)
	@touch $@

$(STAMP): pyproject.toml $(VENV)/.torch
	@echo "Installing Byline …"
	@$(PIP) --editable .
	@touch $@

$(DEV_STAMP): $(STAMP)
	@echo "Installing the tools for tests …"
	@$(PIP) --editable '.[dev]'
	@touch $@

setup: $(DEV_STAMP) ## a virtual environment with everything, tests included

run: $(STAMP) ## the bot; without a token, on the playground
	$(BIN)/byline run

test: $(DEV_STAMP) ## all tests, three files at a time: some wait more than they compute
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(DEV_STAMP) ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV_STAMP) ## put the code into the agreed form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

gate: $(DEV_STAMP) ## quality against its pinned floors
	$(BIN)/python -m benchmarks.gate

bench: $(DEV_STAMP) ## all measurements, speed included (long)
	$(BIN)/python -m benchmarks.gate --all

check: lint test gate ## what must be green before a change is done

docs: $(DEV_STAMP) ## write the generated pages again
	$(BIN)/python -m bot.docs

clean: ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
