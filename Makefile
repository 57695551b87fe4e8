# `make` lists the targets. Each works from a fresh checkout: it makes the virtual environment it needs.
#
#   PYTHON=python3.12          the interpreter to build the environment from (3.11 to 3.14)
#   BIND=0.0.0.0 PORT=9000     where `make run` serves
#   DATABASE_URL=postgres://…  the database of `make run`; var/sanctions.sqlite3 when unset
#   TEST_DATABASE_URL=…        a PostgreSQL server on which `make test` repeats the suite
#   TEST_REDIS_URL=…           a Redis server in which the tests count requests too
#   SIZE=1m                    how many events `make bench` measures with: 1k, 10k, 100k or 1m
#   PEERS=1                    let `make bench` measure other frameworks too
#   ARGS="-k standing"         handed on to pytest

PYTHON ?= python3
BIND ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= auto
ARGS ?=
SIZE ?= 100k
PEERS ?=

export SANCTIONS_ENV ?= development

VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
SECRET_FILE := var/secret-key
# No check may touch the data of the checkout.
SCRATCH := DATABASE_URL=sqlite://:memory:

# The stamps' names hold the content of the requirements and the interpreter's version: a change of either
# builds the environment anew, anything else leaves it alone.
RUNTIME_KEY := $(shell { cat requirements.txt; $(PYTHON) --version; } 2>&1 | cksum | tr ' ' '-')
DEV_KEY := $(shell { cat requirements.txt requirements-dev.txt; $(PYTHON) --version; } 2>&1 | cksum | tr ' ' '-')
RUNTIME := $(VENV)/runtime-$(RUNTIME_KEY)
DEV := $(VENV)/dev-$(DEV_KEY)
BENCH := .venv-bench
PEERS_INSTALLED := $(BENCH)/peers-$(shell { cat requirements.txt bench/peers/requirements.txt; $(PYTHON) --version; } 2>&1 | cksum | tr ' ' '-')
PIP_INSTALL := -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help run test test-long recipes mutation fuzz lint format types contracts check bench bench-questions fixtures fixtures-check schema \
	schema-promise schema-promise-check notebook reference reference-check

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F '|' '{ printf "%-20s %s\n", $$1, $$2 }'

# --- Environments -------------------------------------------------------------------------------

# Debian's python3 comes without the module that puts pip into an environment. Where the machine has a pip of
# its own, that one installs into the environment instead.
$(RUNTIME): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 ...")'
	@echo "Installing what the service runs on into $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV) 2>/dev/null || $(PYTHON) -m venv --clear --without-pip $(VENV)
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then $(BIN)/python $(PIP_INSTALL) -r requirements.txt; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet -r requirements.txt; \
	else echo "This Python has neither ensurepip nor pip. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; fi
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.txt
	@echo "Installing what tests and checks need into $(VENV)"
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then $(BIN)/python $(PIP_INSTALL) -r requirements-dev.txt; \
	else $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet -r requirements-dev.txt; fi
	@touch $@

# Peers have an environment of their own, so that ours has nothing of theirs.
$(PEERS_INSTALLED): requirements.txt bench/peers/requirements.txt
	@echo "Installing other frameworks to measure into $(BENCH)"
	@$(PYTHON) -m venv --clear $(BENCH)
	@$(BENCH)/bin/python $(PIP_INSTALL) -r bench/peers/requirements.txt
	@touch $@

$(SECRET_FILE):
	@mkdir -p $(@D)
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))' > $@

# --- The service --------------------------------------------------------------------------------

# The server would share a port that another of its kind holds, and each would answer some of the requests.
define PORT_IS_FREE
import socket, sys
host, port = sys.argv[1], int(sys.argv[2])
family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
listener = socket.socket(family, kind)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listener.bind(address)
except OSError as error:
    sys.exit(f"Cannot serve on {host}:{port}: {error.strerror}. Another port: make run PORT={port + 1}")
endef
export PORT_IS_FREE

# DEBUG is off unless asked for, so that what is seen here is what visitors see in production.
run: export DEBUG ?= off
run: export ALLOWED_HOSTS ?= $(if $(filter 127.0.0.1 localhost ::1,$(BIND)),,*)
run: $(RUNTIME) $(SECRET_FILE) ## Install, migrate, load the seeds, create demonstration users, and serve
	@$(BIN)/python -c "$$PORT_IS_FREE" $(BIND) $(PORT)
	@set -eu; \
	export SECRET_KEY="$${SECRET_KEY:-$$(cat $(SECRET_FILE))}"; \
	$(MANAGE) migrate; \
	$(MANAGE) load_seeds; \
	$(MANAGE) render; \
	$(MANAGE) create_demo_users; \
	echo "Serving on http://$(BIND):$(PORT) (Ctrl-C ends it)"; \
	exec $(BIN)/python -m sanctions.server --host $(BIND) --port $(PORT)

# --- Tests and checks ---------------------------------------------------------------------------

test: $(DEV) ## Run the whole suite on SQLite, and again on PostgreSQL where TEST_DATABASE_URL is set
	env -u TEST_DATABASE_URL $(BIN)/python -m pytest --numprocesses $(WORKERS) $(ARGS)
	@if [ -z "$${TEST_DATABASE_URL:-}" ]; then echo "PostgreSQL was not tested: TEST_DATABASE_URL is not set."; fi
	$(if $(TEST_DATABASE_URL),$(BIN)/python -m pytest --numprocesses $(WORKERS) $(ARGS))

test-long: $(DEV) ## Run the tests that take minutes, on SQLite and where TEST_DATABASE_URL is set on PostgreSQL
	env -u TEST_DATABASE_URL $(BIN)/python -m pytest -m long --numprocesses $(WORKERS) $(ARGS)
	$(if $(TEST_DATABASE_URL),$(BIN)/python -m pytest -m long --numprocesses $(WORKERS) $(ARGS))

recipes: $(DEV) ## Walk the recipes of a field and a list in CONTRIBUTING.md, guided by the tests that fail
	env -u TEST_DATABASE_URL $(BIN)/python -m pytest -m long tests/contributing $(ARGS)

mutation: $(DEV) ## Take away each guard of the editorial rules in turn, and tell which ones no test misses (about 20 minutes)
	$(BIN)/python -m tests.mutation

fuzz: $(DEV) ## Ask every operation of the schema with whatever it allows and does not, on a server of its own (half an hour; ARGS)
	$(BIN)/python -m tests.fuzzing $(ARGS)

lint: $(DEV) ## Check style, formatting, names and words
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m tests.language

format: $(DEV) ## Format the code and repair what can be repaired without thought
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

types: $(DEV) ## Check the types
	$(BIN)/mypy

contracts: $(DEV) ## Check which package may import which
	$(BIN)/lint-imports

check: $(DEV) ## Check that no migration is missing and that production would start safely
	$(SCRATCH) $(MANAGE) makemigrations --check --dry-run
	$(SCRATCH) SANCTIONS_ENV=production ALLOWED_HOSTS=sanctions.example.org \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		$(MANAGE) check --deploy --fail-level WARNING

# Built in a database of their own: what a developer's database holds besides the seeds does not matter.
IN_SCRATCH_FILE = @file="$$(mktemp)"; trap 'rm -f "$$file"*' EXIT; export DATABASE_URL="sqlite:///$$file"; \
	$(MANAGE) migrate --verbosity 0 &&

bench: $(if $(PEERS),$(PEERS_INSTALLED),$(DEV)) ## Measure the service, with PEERS=1 other frameworks too (SIZE=1m; minutes to an hour)
	$(if $(PEERS),$(BENCH)/bin,$(BIN))/python -m bench $(if $(PEERS),--peers) --size $(SIZE) $(if $(TEST_DATABASE_URL),--server $(TEST_DATABASE_URL)) $(ARGS)

bench-questions: $(DEV) ## Print how long each question takes on the Iran record, and how many queries
	$(IN_SCRATCH_FILE) $(MANAGE) load_seeds --verbosity 0 && $(BIN)/python bench/questions.py

fixtures: $(DEV) ## Build fixtures/ from seeds/
	$(IN_SCRATCH_FILE) $(MANAGE) build_fixtures

fixtures-check: $(DEV) ## Check that fixtures/ is what seeds/ builds
	$(IN_SCRATCH_FILE) $(MANAGE) build_fixtures --check

reference: $(DEV) ## Write docs/reference/: schemas of the documents, data dictionary, standings, vocabularies
	$(SCRATCH) $(MANAGE) build_reference

reference-check: $(DEV) ## Check that docs/reference/ is what the code says
	$(SCRATCH) $(MANAGE) build_reference --check

schema: $(DEV) ## Write the API's schema to docs/openapi.yaml, which git does not keep
	$(SCRATCH) $(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

schema-promise: schema ## Promise what is new in docs/openapi.yaml for the life of version 1
	$(BIN)/python -m tests.promise --promise $(ARGS)

schema-promise-check: schema ## Check that docs/openapi.yaml breaks nothing that version 1 has promised
	$(BIN)/python -m tests.promise

notebook: $(DEV) ## Run the notebook in docs/ on the seeds, and keep what it shows
	$(IN_SCRATCH_FILE) $(MANAGE) load_seeds --verbosity 0 && DEBUG=off $(BIN)/python -m tests.clients
