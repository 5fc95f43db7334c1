# make        shows this list
# make lab    a cluster if needed, the operator, a lab, and data seen flowing
# make test   every check and test of this repository
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
# Our programs: the operator's, the jobs', kubectl slab, and those of images.
SOURCES := operator/src jobs/src cli/src $(patsubst %/,%,$(sort $(dir $(wildcard images/*/src/streaminglab_*))))
export PYTHONPATH := $(subst $() ,:,$(SOURCES) .)
# Locked for this machine's Python; the others are of images, and locked for theirs.
LOCKED_HERE := operator jobs cli dev
LAB ?= examples/lab.yaml
LAB_NAMESPACE ?= student

##@ Use
.PHONY: help lab lab-down records influx kubeconfig status
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} /^[a-zA-Z0-9_-]+:.*## / {printf "  \033[36m%-16s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lab: venv ## Bring up a lab and wait until its data is verified (LAB=examples/lab.yaml)
	@$(PY) -m tools.lab up --file $(LAB) --namespace $(LAB_NAMESPACE)

lab-down: venv ## Remove the lab, and the cluster if we made it
	@$(PY) -m tools.lab down --file $(LAB) --namespace $(LAB_NAMESPACE)

records: venv ## Print the five newest weather records from Kafka
	@$(PY) -m tools.lab records --file $(LAB) --namespace $(LAB_NAMESPACE)

influx: venv ## Open InfluxDB's API on localhost:8086, until Ctrl-C
	@$(PY) -m tools.lab influx --file $(LAB) --namespace $(LAB_NAMESPACE)

kubeconfig: venv ## Print the path of the kubeconfig in use (make -s kubeconfig)
	@$(PY) -m tools.cluster kubeconfig

status: venv ## Say what runs: engine, cluster, images, labs
	@$(PY) -m tools.cluster status

##@ Build
.PHONY: cluster cluster-down images generate publish mirror-list cli
PART ?= all
publish: venv ## Push images and charts (REGISTRY=host/path, PART=images|charts|all)
	@$(PY) -m tools.publish $(PART) "$(REGISTRY)"

mirror-list: venv ## Print every image that an installation pulls (REGISTRY=host/path)
	@$(PY) -m tools.publish mirror-list "$(REGISTRY)"

cluster: venv ## Bring up the cluster alone (ENGINE=kind|existing, NODES=1|3)
	@$(PY) -m tools.cluster up

cluster-down: venv ## Remove the cluster and everything it started
	@$(PY) -m tools.cluster down

images: venv ## Build the local images and load them into the cluster
	@$(PY) -m tools.lab images

CLI_TO ?=
cli: venv ## Build kubectl slab: a wheel, one file, krew's manifest (CLI_TO=folder)
	@$(PY) -m tools.plugin $(if $(CLI_TO),--to "$(CLI_TO)")

generate: venv ## Write the generated files anew: CRD, reference pages, the charts' schemas
	@$(PY) -m tools.generate
	@$(PY) -m tools.charts

##@ Check
.PHONY: test lint unit component chart-tests e2e fetchable imports test-faults test-mutations \
	test-search
test: venv ## Everything: fetchable, lint, unit, chart-tests, component, e2e
	@$(PY) -m tools.checks all

fetchable: venv ## Say within a minute whether every pinned download can be had
	@$(PY) -m tools.artifacts fetch-all

lint: venv ## ruff, mypy --strict, import-linter, shellcheck, generated files up to date
	@$(PY) -m tools.checks lint

imports: venv ## Who may call whom: import-linter alone
	@.venv/bin/lint-imports

unit: venv ## Pure tests: no tool, no network
	@$(PY) -m pytest -q tests/unit

chart-tests: venv ## helm lint, schemas, templates, kubeconform, restricted pods
	@$(PY) -m pytest -q tests/charts

component: venv ## The real reconciler and the real Helm with an in-memory API server
	@$(PY) -m pytest -q tests/component

test-faults: venv ## Every plan of faults; failing ones are kept in build/faults (docs/faults.md)
	@$(PY) -m tests.faults run

test-mutations: venv ## Every edit of a lab; failing ones are kept in build/mutations (docs/mutations.md)
	@$(PY) -m tests.mutations run

test-search: venv ## Other random examples than `make test` tries, thousands for each property
	@$(PY) -m pytest -q -n 2 --dist worksteal -m hypothesis --hypothesis-profile=search tests/unit tests/component

e2e: venv ## The real cluster; one namespace per test (LEVEL=smoke|core|all, E2E_WORKERS=2)
	@$(PY) -m tools.checks e2e

##@ Measure
.PHONY: bench
bench: venv ## All benchmarks, one line of JSON each (docs/benchmarks.md)
	@$(PY) -m bench all

bench-%: venv
	@$(PY) -m bench $*

##@ Maintain
.PHONY: venv lock
venv: ## Make the Python environment (in the cache, keyed by its inputs)
	@python3 -m tools.venv >/dev/null

lock: venv ## Lock the Python requirements anew, with hashes
	@for name in $(LOCKED_HERE); do \
	  $(PY) -m uv pip compile -q requirements/$$name.in --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header -o requirements/$$name.txt; done
	@for name in $(filter-out $(LOCKED_HERE),$(basename $(notdir $(wildcard requirements/*.in)))); do \
	  $(PY) -m uv pip compile -q requirements/$$name.in --universal --python-version 3.13 \
	    --only-binary :all: --generate-hashes --no-emit-index-url --no-header \
	    -o requirements/$$name.txt; done
