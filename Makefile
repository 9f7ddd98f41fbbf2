# Everything starts here, on any machine with Python 3.11 or newer, make and a network:
# `make gate` and `make test` make their own environment, .venv, and make it anew when the lock file
# changes. `make help` lists the rest.

PYTHON   ?= python3
VENV     := .venv
LOCKVENV := .venv-lock
BIN      := $(VENV)/bin
# Those that exist: the type checker refuses a name that is not there.
TYPED    := $(wildcard model impl proofs traces onevoice tests benchmarks)

# Twice quiet is errors only; the recipes say in a line each what is going on.
RESOLVE  := -m pip --quiet --quiet --disable-pip-version-check install
# The lock files are complete: nothing else can slip in, and `pip check` fails if something lacks.
INSTALL  := $(RESOLVE) --no-deps
FREEZE   := -m pip freeze --all --exclude pip --exclude onevoice

define CHECK_PYTHON
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo >&2 \
  "onevoice needs Python 3.11 or newer, which '$(PYTHON)' is not: install it, then name it: make PYTHON=python3.11"; exit 1; }
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo >&2 \
  "'$(PYTHON)' cannot make environments: install its venv module (on Debian and Ubuntu: apt-get install python3-venv)"; exit 1; }
endef

.PHONY: gate test lint demo docs bench adequacy format lock clean help style

gate: $(VENV)/.project  ## Check the protocol; the exit code says whether all of it holds
	@$(BIN)/onevoice gate $(GATE)

test: style  ## Format, lint, types, import directions, tests
	@$(BIN)/python -m pytest -n 2

lint: style  ## As test, but of the tests only those of the repository itself
	@$(BIN)/python -m pytest --quiet tests/repo

demo: $(VENV)/.project  ## Show a group at work: parts merge, leaders are killed, successors speak
	@$(BIN)/onevoice demo

docs: $(VENV)/.dev  ## Build the documentation as pages, in build/docs
	@$(BIN)/sphinx-build -W --keep-going --quiet -b html docs build/docs
	@echo "Open build/docs/index.html"

bench: $(VENV)/.bench  ## Measure speed and memory, other checkers beside ours; some 15 minutes
	@$(BIN)/python -m benchmarks $(BENCH)

adequacy: $(VENV)/.adequacy  ## Change the core in one place at a time: the checks must notice
	@$(BIN)/python -m benchmarks.adequacy $(ADEQUACY)

style: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy $(TYPED)

format: $(VENV)/.dev  ## Rewrite the sources in the house format
	@$(BIN)/ruff check --fix-only --select I .
	@$(BIN)/ruff format .

# The stamps lie in the environment, so that they go with it.

$(VENV)/.runtime: requirements.lock
	$(CHECK_PYTHON)
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "Installing requirements.lock"
	@$(BIN)/python $(INSTALL) --requirement requirements.lock
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.runtime
	@echo "Installing onevoice"
	@$(BIN)/python $(INSTALL) --no-build-isolation --editable .
	@$(BIN)/python -m pip check
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.project
	@echo "Installing requirements-dev.lock"
	@$(BIN)/python $(INSTALL) --requirement requirements-dev.lock
	@$(BIN)/python -m pip check
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.project
	@echo "Installing requirements-bench.lock"
	@$(BIN)/python $(INSTALL) --requirement requirements-bench.lock
	@$(BIN)/python -m pip check
	@touch $@

$(VENV)/.adequacy: requirements-adequacy.lock $(VENV)/.dev
	@echo "Installing requirements-adequacy.lock"
	@$(BIN)/python $(INSTALL) --requirement requirements-adequacy.lock
	@$(BIN)/python -m pip check
	@touch $@

# The newest versions that pyproject.toml admits. Run it with the oldest Python supported: what
# that one can install, the newer ones can, and dependencies "only before 3.x" are not left out.
# setuptools is locked too: it builds the project itself. requirements-bench.lock and
# requirements-adequacy.lock are kept by hand.
lock:  ## Resolve the lock files anew
	$(CHECK_PYTHON)
	@echo "Resolving with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(LOCKVENV)
	@$(LOCKVENV)/bin/python $(RESOLVE) --upgrade setuptools
	@$(LOCKVENV)/bin/python $(RESOLVE) --no-build-isolation --editable .
	@{ echo "# What onevoice runs on. Written by \`make lock\`."; \
	  $(LOCKVENV)/bin/python $(FREEZE); } > requirements.lock
	@$(LOCKVENV)/bin/python $(RESOLVE) --no-build-isolation --editable '.[dev]'
	@{ echo "# What its checks need besides requirements.lock. Written by \`make lock\`."; \
	  $(LOCKVENV)/bin/python $(FREEZE) | grep -vxFf requirements.lock; } > requirements-dev.lock
	@rm -rf $(LOCKVENV)

clean:  ## Remove the environment, caches and build output
	@rm -rf $(VENV) $(LOCKVENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile
