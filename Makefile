# `make run` and `make test` are all that a newcomer needs; the rest is for those who work on the portal.
.PHONY: run test coverage lint messages clean
.DEFAULT_GOAL := run

PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
INSTALL = uv pip install --quiet --python $(BIN)/python -r
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -r
endif

run: .venv/run.stamp
	@exec $(BIN)/python -m csportal.portal

test: .venv/test.stamp
	@PYTHON=$(BIN)/python bash scripts/test.sh

# Which lines the tests reach: as `make test`, but half as long again.
coverage: .venv/test.stamp
	@PYTHON=$(BIN)/python bash scripts/test.sh --cov --cov-report=term:skip-covered

lint: .venv/test.stamp
	@PYTHON=$(BIN)/python bash scripts/lint.sh

messages: .venv/test.stamp
	@$(BIN)/python scripts/messages.py

# A stamp says for which requirements the packages are there; they are installed again only when those change.
.venv/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed: PYTHON=/path/to/python3.11 make run" >&2; exit 1; }
	@echo "Making the virtual environment in .venv …"
ifdef UV
	@uv venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
else
	@$(PYTHON) -m venv .venv || { echo "Python lacks its module venv: apt-get install python3-venv" >&2; exit 1; }
endif
	@touch $@

.venv/run.stamp: requirements.txt .venv/made.stamp
	@echo "Installing packages …"
	@$(INSTALL) requirements.txt
	@touch $@

.venv/test.stamp: requirements.txt requirements-dev.txt .venv/made.stamp
	@echo "Installing packages, those of the tests too …"
	@$(INSTALL) requirements-dev.txt
	@pwd > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/csportal.pth"
	@touch .venv/run.stamp $@

# What can be made again. The portal's data under var/ stays.
clean:
	rm -rf .venv var/tests var/static .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage
