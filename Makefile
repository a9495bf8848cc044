# The first two commands: `make demo` and `make test`. Needs Python 3.11 or newer with venv, and a network once.
# Choose another interpreter with `make PYTHON=/path/to/python ...`.

VENV := .venv
BIN := $(VENV)/bin
CANDIDATES := $(or $(PYTHON),python3.15 python3.14 python3.13 python3.12 python3.11 python3 python)
FIND_PYTHON := for name in $(CANDIDATES); do \
	  path=$$(command -v "$$name" 2>/dev/null) || continue; \
	  "$$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  echo "$$path"; break; \
	done
NO_PYTHON := Python 3.11 or newer is needed and was not found. Install it: sudo apt install python3 python3-venv (on an older release: python3.11 python3.11-venv), or name one: make PYTHON=/path/to/python3.11

.PHONY: demo test lint types docs-check clean
.DELETE_ON_ERROR:

demo: $(VENV)/installed  ## make Knoxville's households and persons in demo/
	$(BIN)/censemble demo --out demo

test: $(VENV)/installed-dev  ## run all tests
	$(BIN)/python -m pytest

lint: $(VENV)/installed-dev  ## style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev  ## static types
	$(BIN)/mypy

docs-check: $(VENV)/installed-dev  ## the examples in docstrings run
	$(BIN)/python -m pytest --doctest-modules src

clean:  ## remove what the commands above made
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pyvenv.cfg is among the first files venv writes: a failed or interrupted attempt is removed, never taken for ready.
$(VENV)/pyvenv.cfg:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then echo "$(NO_PYTHON)" >&2; exit 1; fi; \
	version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "$$python cannot make environments. Install that: sudo apt install python$$version-venv" >&2; exit 1; fi; \
	echo "$$python -m venv $(VENV)"; \
	trap 'rm -rf $(VENV); exit 1' INT TERM HUP; \
	rm -rf $(VENV) && "$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

SOURCES := $(shell find src -type f -not -path '*/__pycache__/*' 2>/dev/null)

# A plain install is what a user gets; it is made again when the sources change.
$(VENV)/installed: $(VENV)/pyvenv.cfg pyproject.toml $(SOURCES)
	@if [ ! -e $(VENV)/installed-dev ]; then echo "installing censemble and its libraries (about 200 MB, once)"; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check .; fi
	@touch $@

# An editable install with the tools of development; it serves `make demo` as well.
$(VENV)/installed-dev: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "installing censemble, its libraries and what its tests need (about 300 MB, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
