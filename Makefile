# Everything is set up on first use; nothing but Python >= 3.11, make and a package index is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help report test lint lab bench notebooks messages codebook lock review kills spark cluster referees calibrate

help:  ## list these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

report: $(READY)  ## set up, build the facts, make every report that has changed
	@$(BIN)/analysis report $(ARGS)

# a process a core, each with one thread for its sums; what is set up once for a file's tests is set up once
SIDE_BY_SIDE := -n auto --dist loadfile
# Hypothesis' plugin loads it as every process ends, even where nothing used it
NBVAL := --nbval-lax -p no:cacheprovider -p no:hypothesispytest
test: $(READY) lint  ## set up, check style and types, run every test and every notebook
	@$(BIN)/analysis build
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(NBVAL) --nbval-kernel-name analysis-warm notebooks

lint: $(READY)  ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

review: $(READY)  ## say what moved between the last two runs and why, as a page to sign (ARGS="--sign-off NAME")
	@$(BIN)/analysis diff $(ARGS)

kills: $(READY)  ## kill a run before every step it takes on the disk, and 80 more at random moments, some minutes
	@$(BIN)/python -m pytest -m kills -s tests/reporting/test_kills.py

lab: $(READY)  ## open JupyterLab
	@$(BIN)/jupyter lab notebooks

bench: $(READY)  ## measure side by side with the usual ways, about 25 minutes; writes docs/benchmarks.md
	@for each in reports nbval scorecards site_of_many working_days simulation dossiers_build indicators methods; do \
	  $(BIN)/python benchmarks/$$each.py || exit 1; done

calibrate: $(READY)  ## draw with a known truth, 1,000 times a promise: do the intervals hold? about 12 minutes
	@cd tests && OPENBLAS_NUM_THREADS=1 ../$(BIN)/python -m calibration.page $(ARGS)

notebooks: $(READY)  ## execute the committed notebooks anew, in place
	@$(BIN)/analysis build
	@$(BIN)/jupyter nbconvert --log-level=ERROR --to notebook --execute --inplace \
	  --ExecutePreprocessor.record_timing=False notebooks/*.ipynb

messages: $(READY)  ## bring the Vietnamese catalogue in step and list what is not translated
	@$(BIN)/python -m analysis.messages

# the extras that a default install goes without have a lock of their own, in step with the first
LOCKING := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
codebook: $(READY)  ## write docs/indicators.md and docs/indicators.vi.md anew
	@$(BIN)/python -m analysis.display.codebook

lock: $(READY)  ## resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --extra build --extra lab --extra alerts --extra sign --extra test $(LOCKING) -o requirements.lock
	uv pip compile pyproject.toml --extra spark $(LOCKING) -c requirements.lock -o requirements-spark.lock
	uv pip compile pyproject.toml --extra cluster $(LOCKING) -c requirements.lock -o requirements-cluster.lock
	uv pip compile pyproject.toml --extra referees $(LOCKING) -c requirements.lock -o requirements-referees.lock

spark: $(READY)  ## add PySpark, for ANALYSIS_ENGINE=spark (needs Java 17)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock

cluster: $(READY)  ## add Dask, for `analysis report --cluster tcp://…`
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-cluster.lock

referees: $(READY)  ## add packages that compute what ours compute, and compare
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-referees.lock
	@$(BIN)/python -m pytest tests/methods/test_referees.py

$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing from requirements.lock"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
