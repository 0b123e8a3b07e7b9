# Every target sets up what it needs: a fresh machine needs Python 3.11 or later and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test install lint check build lock extract update faults clean

run: install
	@$(BIN)/rights-bot run

test: install lint check build
	@$(BIN)/pytest -n 3 --dist loadfile

# The environment is made anew only when the lock file, the project's description or this file changed.
install: .venv/.installed

.venv/.installed: requirements-dev.txt pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rights-bot needs Python 3.11 or later: make PYTHON=python3.12 run")'
	@echo "Setting up .venv (once, about a minute) ..." >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > .venv/lint-imports.log || (cat .venv/lint-imports.log; exit 1)

# Learns the content: half a minute for letters, minutes for meaning the first time. `run` does it beside answering.
build: install
	@$(BIN)/rights-bot build

check: install
	@$(BIN)/rights-bot check

# Resolves the lock files again from pyproject.toml.
lock: install
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --upgrade --custom-compile-command "make lock" --extra meaning pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --upgrade --custom-compile-command "make lock" --extra dev --extra meaning pyproject.toml -o requirements-dev.txt

	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --upgrade --custom-compile-command "make lock" --extra meaning --extra benchmarks pyproject.toml -o requirements-benchmarks.txt

# Sentences of the program, group titles and resource descriptions -> locales/messages.pot
extract: install
	@$(BIN)/pybabel --quiet extract -F locales/babel.cfg -k say -k say_plural:1,2 --no-wrap --sort-by-file --add-location=file --project rights-bot --copyright-holder "the rights-bot volunteers" --msgid-bugs-address none -o locales/messages.pot .

# Brings each locales/*/LC_MESSAGES/messages.po up to date; changed sentences are marked fuzzy and stay in use.
update: extract
	@$(BIN)/pybabel --quiet update -i locales/messages.pot -d locales --no-wrap

# Causes every fault on the real program, a quarter of an hour, and writes docs/reliability.md.
faults: build
	@$(BIN)/python -m tests.faults

clean:
	rm -rf .venv data index .mypy_cache .ruff_cache .pytest_cache
