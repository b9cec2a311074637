# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE = # a machine that forbids it would compile four hundred files at every start
MAKEFLAGS += --jobs=2 # what the tests need from the system comes while the environment is set up

.PHONY: run test bench sample screenshot wheelhouse audit help

help:            ## show the commands
	@grep -E '^[a-z]+: .*##' Makefile | sed 's/:.*## /\t/'

run: $(VENV)/app-ready ## set up what is missing and open the app on the demo town
	@echo "==> Starting Jingge 警格. Stop it with Ctrl+C."
	@$(BIN)/python geo_app.py

test: $(VENV)/test-ready ## everything: style, types, unit, storage, browser and notebook tests
	@echo "==> Style (ruff)"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "==> Types (mypy)"
	@$(BIN)/mypy
	@echo "==> Tests (pytest, with a real Chromium and a real PostGIS)"
	@JINGGE_TEST_POSTGIS=1 $(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations 25

bench: $(VENV)/test-ready ## the benchmarks, each beside its peer; prints figures, asserts none
	@for bench in tests/benchmarks/bench_*.py; do echo "==> $$bench"; $(BIN)/python -m tests.benchmarks.$$(basename $$bench .py) || exit 1; done

sample: $(VENV)/app-ready ## make the files of the demo town again
	@$(BIN)/python data/sample/make_sample.py

screenshot: $(VENV)/test-ready ## make the README's pictures again
	@$(BIN)/python -m tests.browser.make_screenshots

wheelhouse: $(VENV)/app-ready ## fetch every package at its pinned version into wheelhouse/, for a server without internet
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --only-binary :all: --no-deps --dest wheelhouse -r requirements.txt
	@cd wheelhouse && sha256sum *.whl > SHA256SUMS
	@echo "==> wheelhouse/ is ready; docs/operating.md says how to install from it."

audit:           ## compare every pinned package with the known advisories; needs internet, and says so
	@test -x $(VENV)-audit/bin/pip-audit || { $(PYTHON) -m venv $(VENV)-audit && $(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit; } \
		|| { echo "==> NO AUDIT WAS MADE: pip-audit can't be fetched from here. Run this on a machine with internet."; exit 1; }
	@$(VENV)-audit/bin/pip-audit --strict --no-deps --disable-pip --progress-spinner off -r requirements.txt \
		|| { echo "==> Advisories stand above; where it says 'not found' or 'could not connect', NO AUDIT WAS MADE: run this with internet."; exit 1; }

$(VENV)/app-ready: requirements.txt
	@echo "==> Setting up the environment in $(VENV) (once; a minute or two)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Jingge needs Python 3.11 or newer."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.txt
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null || true # as pip would, on all cores; what can't be compiled is no program
	@touch $@

$(VENV)/test-ready: requirements-test.txt $(VENV)/app-ready $(VENV)/system-ready
	@echo "==> Setting up what the tests need (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-test.txt
	@touch $@

$(VENV)/system-ready: tests/system_packages.sh
	@sh tests/system_packages.sh
	@mkdir -p $(VENV) && touch $@
