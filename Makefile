# Everything happens in .venv, with the exact versions of constraints.txt. `make help` lists the targets.

PYTHON ?= python3
# What pip is told besides what to install. With the newest versions instead: make test PINS=--upgrade
PINS ?= --constraint constraints.txt
# Results of `dlref verify --json` that are there already: make docs VERIFY=build/package/verify.json
VERIFY ?=
# A folder for pictures of every page: make browser SCREENSHOTS=build/screenshots
SCREENSHOTS ?=
# How long the demonstration lasts: half a minute on two cores.
TRIALS ?= 128

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Of what pip writes besides errors, the end is shown if it fails: with --quiet it would not say what is in conflict.
LOGGED := >.venv/pip.log || { tail -n 20 .venv/pip.log >&2; exit 1; }
# An environment that holds nothing of this folder.
PACKAGE := build/package/bin/python -m pip --disable-pip-version-check
# What rows of `dlref verify` compare with that dlref does not depend on.
COMPARED := gensim jiwer nltk pycocotools sacrebleu
QUIET := TF_CPP_MIN_LOG_LEVEL=3
TENSORFLOW := $(QUIET) KERAS_BACKEND=tensorflow
# Most of a test on JAX is compiling, so XLA optimizes nothing there, and keeps what it compiled for other tests and the
# next run; test_backends.py runs a sweep as a user does. The threads of OpenBLAS would wait for cores in a loop.
FAST := OPENBLAS_NUM_THREADS=1 XLA_FLAGS='--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false'
JAX := $(QUIET) $(FAST) KERAS_BACKEND=jax JAX_ENABLE_X64=1 JAX_COMPILATION_CACHE_MAX_SIZE=1000000000 \
	JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0.1
PYTEST := .ci/pytest
# Processes, of 4 to 6 GB at the end of the suite on TensorFlow: one for each core, and one more where a fifth of the
# time is waiting for processes that are killed, and for databases. One process: make test PYTEST_ARGS=-n0
CORES := $(shell getconf _NPROCESSORS_ONLN)
MORE := $(shell expr $(CORES) + 1)
# Tests that no backend can change: they run once.
ONCE := tests/tuning tests/durability tests/corruption tests/docs tests/models $(addprefix tests/conformance/test_,equations.py check_mistakes.py) tests/test_cli.py tests/test_mutants.py tests/test_public_api.py tests/errors/test_arguments.py tests/detection/test_yolo_digits.py $(addprefix tests/metrics/test_,bleu.py error_rate.py) tests/embeddings/test_keyed_vectors.py $(addprefix tests/decoding/test_,beam_search_errors.py ctc.py sample_names.py sampling.py) \
	$(filter-out %/test_measures.py,$(wildcard tests/babysitting/test_*.py)) \
	$(addprefix tests/populations/test_,alone.py built_late.py checkpoints.py data.py endings.py fused.py groups.py external_state.py fast_build.py history.py keras_settings.py memory.py model_spec.py optimizers.py products.py threads.py turns.py widths.py)

# Images of containers tend to forbid it; every process would then compile all it imports, 7 of 14 s of its start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-tensorflow test-jax durability check docs browser lighthouse zensical package bench pins clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: .venv/with-library ## sweep hyperparameters on handwritten digits, half a minute
	@echo "==> $(TRIALS) trials on 1,797 handwritten digits"
	@$(TENSORFLOW) $(BIN)/dlref sweep digits --trials $(TRIALS)
	@echo "==> open sweeps/digits/report.html in a browser; make demo TRIALS=300 goes on from here"

test: test-tensorflow test-jax ## the whole test suite, on TensorFlow and on JAX
	@echo "==> the suite passed on both backends"

test-tensorflow: .venv/with-everything ## the whole suite on TensorFlow
	@echo "==> the suite on TensorFlow, all of it $(PYTEST_ARGS)"
	@$(TENSORFLOW) $(FAST) $(PYTEST) -n $(MORE) $(PYTEST_ARGS)

test-jax: export JAX_COMPILATION_CACHE_DIR := $(CURDIR)/build/jax
test-jax: .venv/with-everything ## on JAX, all but what no backend can change
	@echo "==> the suite on JAX, without $(ONCE), which no backend can change $(PYTEST_ARGS)"
	@$(JAX) $(PYTEST) -n $(CORES) $(ONCE:%=--ignore=%) $(PYTEST_ARGS)

durability: .venv/with-everything ## fail every durable step of a sweep, one after the other; an hour
	@$(TENSORFLOW) $(FAST) PYTHONPATH=.:tests/lean $(BIN)/python -m tests.durability --planted all
	@$(TENSORFLOW) $(FAST) PYTHONPATH=.:tests/lean $(BIN)/python -m tests.durability --out build/durability.json

package: .venv/with-everything ## build wheel and sdist, and run both in an environment of their own
	@echo "==> wheel and sdist, each alone with what it depends on"
	@rm -rf dist build/package
	@$(BIN)/python -m hatchling build >.venv/build.log 2>&1 || { cat .venv/build.log >&2; exit 1; }
	@$(PYTHON) -m venv build/package
	@$(PACKAGE) install --no-compile $(PINS) dist/*.whl $(LOGGED)
	@cd build/package && $(TENSORFLOW) bin/dlref verify --only optimizers
	@$(PACKAGE) install --no-compile --no-deps --force-reinstall dist/*.tar.gz $(LOGGED)
	@cd build/package && $(TENSORFLOW) bin/dlref sweep digits --trials 8
	@echo "==> dlref verify, beside all that it compares with"
	@$(PACKAGE) install --no-compile $(PINS) $(COMPARED) $(LOGGED)
	@cd build/package && $(TENSORFLOW) bin/dlref verify --json >verify.json

check: .venv/with-everything ## formatting, lint, types, pinned versions, workflows
	@echo "==> ruff, pyright, constraints.txt, workflows"
	@$(BIN)/ruff format --check --quiet --output-format concise .
	@$(BIN)/ruff check --quiet --output-format concise .
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
	@$(BIN)/python .ci/pins.py
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/zizmor --offline --quiet --no-progress --min-severity medium .github/workflows

docs: .venv/with-everything ## build the site in English and Korean into site/
	@echo "==> building the site"
	@$(TENSORFLOW) $(BIN)/python docs/tools/build.py $(if $(VERIFY),--verify $(VERIFY))
	@echo "==> open site/index.html or site/ko/index.html"

browser: docs ## open every page of the site in a headless browser
	@echo "==> opening the site in a browser"
	@$(BIN)/python docs/tools/browser_check.py $(SCREENSHOTS)

lighthouse: .venv/with-everything ## grade pages of what `make docs` built; npm fetches Lighthouse
	@echo "==> Lighthouse; leave the machine alone meanwhile"
	@$(BIN)/python docs/tools/lighthouse.py

zensical: .venv/with-everything ## build what `make docs` staged with Zensical too, and compare
	@echo "==> building the pages with Zensical"
	@$(TENSORFLOW) $(BIN)/python docs/tools/zensical_check.py

bench: .venv/with-everything ## time the objects against the Keras built-ins, sweeps against keras-tuner
	@echo "==> timing against the built-ins and keras-tuner; leave the machine alone meanwhile"
	@$(QUIET) $(BIN)/python -m benchmarks
	@$(QUIET) $(BIN)/python -m benchmarks.wild
	@$(QUIET) $(BIN)/python -m benchmarks.sweep
	@$(QUIET) $(BIN)/python -m benchmarks.bookkeeping

pins: .venv/with-everything ## upgrade everything and rewrite constraints.txt
	@$(PIP) install --upgrade --upgrade-strategy eager --editable '.[dev,docs,jax]' $(LOGGED)
	@$(BIN)/python .ci/pins.py --write

clean: ## remove what make made, .venv included
	rm -rf .venv site build dist sweeps .pytest_cache .ruff_cache .hypothesis .benchmarks

.venv/with-library: WHAT = .
.venv/with-everything: WHAT = .[dev,docs,jax]
.venv/with-library .venv/with-everything: .venv/made pyproject.toml constraints.txt
	@echo "==> installing $(WHAT) with pip $(PINS)"
	@$(PIP) install --no-compile $(PINS) --editable '$(WHAT)' $(LOGGED)
	@touch $@

.venv/made:
	@$(PYTHON) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is not Python 3.11 or newer with venv; name one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "==> making .venv"
	@$(PYTHON) -m venv .venv
	@touch $@
