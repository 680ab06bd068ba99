# make demo   see it: a library of generated sounds, scanned, and ctk opened on it
# make test   check it: the test tools and every extra installed, then `make check`
VENV ?= .venv
BIN ?= $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
# The first of these that is a Python ctk supports. A name on the path proves nothing: version managers put a
# python3.12 there that only says it is not selected.
SUPPORTED = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c '$(SUPPORTED)' >/dev/null 2>&1 && { echo $$p; break; }; done)
PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet
# The CPU build: on Linux the plain name brings several GB of CUDA libraries that no test uses.
TORCH ?= torch==2.13.0
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
BENCH_FILES ?= 20000
BENCH_LIBRARY ?= build/bench-library
# The goals are for 1000000: ten minutes, 1 GB of disk.
BENCH_ROWS ?= 100000

.PHONY: help demo test check soak bench docs pictures clean

help:
	@sed -n '1,2s/^# //p' Makefile
	@echo 'make check  the checks alone, with what is installed (BIN=... for tools elsewhere)'
	@echo 'make soak   the long forms of the tests'
	@echo 'make bench  the ratios to reach, measured (BENCH_FILES=$(BENCH_FILES))'
	@echo 'make docs   write docs/commands.md and docs/keys.md; check links, rooms, dependencies'
	@echo 'make pictures  write docs/pictures: the screens over the demo library'
	@echo 'make clean  remove the environment and everything made'

demo: $(VENV)/.ready
	$(BIN)/ctk demo demo-library
	@echo 'ctk is $(BIN)/ctk here, until you install it (README.md); again: $(BIN)/ctk --config demo-library/ctk.toml'

test: $(VENV)/.tools
	@$(MAKE) --no-print-directory check

check:
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n 2
	$(BIN)/python -m pytest --realtime  # one by one: beside other tests on two cores recordings have holes

soak: $(VENV)/.tools
	$(BIN)/python -m pytest --soak -m soak

docs: $(VENV)/.tools
	$(BIN)/python -m ctk_tui.cli.reference > docs/commands.new && mv docs/commands.new docs/commands.md
	$(BIN)/python -m ctk_tui.tui.reference > docs/keys.new && mv docs/keys.new docs/keys.md
	$(BIN)/python -m pytest tests/architecture/test_architecture_docs.py

pictures: $(VENV)/.tools
	$(BIN)/python -m tests.tui.states docs/pictures

bench: $(VENV)/.tools
	$(BIN)/python -m bench.scan --files $(BENCH_FILES) --library $(BENCH_LIBRARY)
	$(BIN)/python -m bench.rescan --files $(BENCH_FILES) --library $(BENCH_LIBRARY)
	$(BIN)/python -m bench.apply --files $(BENCH_FILES) --library $(BENCH_LIBRARY)
	$(BIN)/python -m bench.play
	$(BIN)/python -m bench.search --rows $(BENCH_ROWS)
	$(BIN)/python -m bench.similar --embeddings 20000,100000
	$(BIN)/python -m bench.classify --files $(BENCH_FILES) --library $(BENCH_LIBRARY)

clean:
	rm -rf $(VENV) build dist demo-library .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo 'ctk needs Python 3.11, 3.12 or 3.13: make PYTHON=/path/to/python' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo 'no virtual environment: on Debian, apt install python3-venv' >&2; exit 1; }
	$(PIP) --upgrade 'pip>=25.1'  # the first that reads dependency groups
	$(PIP) --editable .
	@touch $@

$(VENV)/.tools: $(VENV)/.ready
	@$(BIN)/python -c 'import torch' 2>/dev/null || $(PIP) '$(TORCH)+cpu' 2>/dev/null \
		|| $(PIP) '$(TORCH)' --index-url $(TORCH_INDEX)
	$(PIP) --editable '.[classify]' --group test
	@touch $@
