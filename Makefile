# make help lists what there is. Everything that is missing is made on first use.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PLAIN ?=
EMPLOYEES ?= 2000
YEARS ?= 20
SEED ?= 7
FRESH ?=
NAME ?=
WRITE ?=
PORT ?= 8080
TEXTS ?= 1000000

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-tools lint bench bench-one campaign-scan model airflow lock stop clean
MAKEFLAGS += --no-print-directory

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## Make what is missing: libraries, Java, Spark's jars
	@$(PYTHON) -m ci.setup $(if $(PLAIN),--plain)

demo: setup ## A company, its systems, and a published dataset, by Airflow: EMPLOYEES=2000 YEARS=20 SEED=7 FRESH=1
	@ci/env python -m ci.demo --employees $(EMPLOYEES) --years $(YEARS) --seed $(SEED) $(if $(FRESH),--fresh)

test: lint test-tools ## Linters, types, layers and all tests
	ci/env pytest

test-tools: setup ## Make what only tests need: Vault, up to 15 minutes the first time
	@ci/env python -m ci.vault $(if $(PLAIN),--plain)

lint: setup ## Linters, types and layers
	ci/env ruff check
	ci/env ruff format --check
	ci/env mypy
	ci/env lint-imports

bench: setup ## All benchmarks, one after another: their ratios and, in build/benchmarks, JSON
	@for file in tests/benchmarks/bench_*.py; do ci/env python -m tests.benchmarks.$$(basename $$file .py) || exit 1; done

bench-one: setup ## One benchmark: NAME=csv
	@ci/env python -m tests.benchmarks.bench_$(NAME)

campaign-scan: setup ## The scanner against Presidio on generated texts, resumable, in two processes: TEXTS=1000000
	@ci/env python -m tests.campaigns.scan_equality --texts $(TEXTS)

model: setup ## Train the name model anew and say whether it is the shipped one; WRITE=1 puts it into the tree
	@ci/env nice -n 10 python -m pipeline.privacy.names.training $(if $(WRITE),--write)

airflow: setup ## Airflow's page on the same state as the demo, until Ctrl-C: PORT=8080
	@ci/env python -m ci.serve_airflow --port $(PORT)

stop: ## End the demo or Airflow that runs here
	@ci/env python -m ci.stop

lock: ## Pin every library anew
	@$(PYTHON) -m ci.lock

clean: ## Remove the tools' caches; data and environment stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info
