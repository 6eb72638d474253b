# Everything here sets up what it needs: Python 3.11+ and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check format any-order shaken kill-walks bench clean

demo: $(VENV)/ready
	@$(BIN)/python -m app demo

test: $(VENV)/ready-dev
	@$(if $(ARGS),,$(COMPILE_TESTS))
	@$(BIN)/python -m pytest -n $(or $(JOBS),auto) --dist worksteal $(ARGS)

# Two processes compile them, and keep that: else each of the many that run them would, all at the same time.
COMPILE_TESTS = export PYTHONDONTWRITEBYTECODE=; \
  for part in "tests/walks tests/sandbox" "tests --ignore=tests/walks --ignore=tests/sandbox"; do \
    $(BIN)/python -m pytest --collect-only -qq $$part >$(VENV)/compiled 2>&1 & done; wait

check: $(VENV)/ready-dev
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: run 'make format'."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy app sandbox
	@$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_docs.py

format: $(VENV)/ready-dev
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

# Ten thousand random sequences of people's acts and troubles, about two hours on two cores. Four hundred at a time, and
# on after one that fails: a sandbox forgets nothing and gets slower, and each part has its own closing line.
any-order: $(VENV)/ready-dev
	@failed=0; for part in $$(seq 1 $(or $(N),25)); do echo "part $$part"; \
	  SEQUENCES=400 $(BIN)/python -m pytest -q -n $(or $(JOBS),8) tests/walks/test_any_order.py || failed=1; \
	  done; exit $$failed

# The tests with everything slow at times (tests/shaken.py).
shaken: $(VENV)/ready-dev
	@LONG=1 SEQUENCES=24 $(BIN)/python -m pytest -p tests.shaken -n $(or $(JOBS),8) --dist worksteal $(ARGS)

# Fifty stories, each killed at other places, in a row.
kill-walks: $(VENV)/ready-dev
	@for seed in $$(seq 1 $(or $(N),50)); do \
	  KILL_SEED=$$seed $(BIN)/python -m pytest -q tests/walks/test_kill.py || exit 1; done

# Results are copied into benchmarks/README.md by hand. About an hour; a part of it: python benchmarks/….py --help
bench: $(VENV)/ready-dev
	@for each in conversion pages log_append sync clone_memory slack; do \
	  $(BIN)/python benchmarks/$$each.py || exit 1; done

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/ready: requirements.txt | $(VENV)/bin/python
	@echo "Setting up (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Setting up for tests (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/ready
