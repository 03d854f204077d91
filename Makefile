# Every target makes .venv when it is missing or older than what it was made from.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
# Address of an index with CPU builds of PyTorch; see "Installing" in README.md.
TORCH_INDEX ?=

VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/.made
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: report test lab bench bench-million stress fuzz lowest accuracy pictures constraints clean

report: $(MADE)  ## reports on the five seed articles
	$(BIN)/simak report seeds --to reports/seeds

test: $(MADE)  ## all tests but the long ones
	$(BIN)/python -m pytest

stress: $(MADE)  ## the long forms: many more random inputs, kills, lowest versions
	$(BIN)/python -m pytest -m "stress or hypothesis" --hypothesis-profile=long

fuzz: $(MADE)  ## 200,000 random and damaged inputs for every reader and rule
	$(BIN)/python tests/fuzz.py

lowest:  ## the tests with the lowest versions that pyproject.toml allows
	test -d build/lowest || $(PYTHON) -m venv build/lowest
	$(if $(TORCH_INDEX),build/lowest/bin/python -m pip --quiet install --constraint constraints-lowest.txt --index-url $(TORCH_INDEX) torch)
	build/lowest/bin/python -m pip --quiet install --constraint constraints-lowest.txt --editable '.[tests]'
	build/lowest/bin/python -m pytest

lab: $(MADE)  ## JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks/explore.ipynb

bench: $(MADE)  ## speed and memory of each stage
	$(BIN)/python tests/bench.py
	$(BIN)/python tests/bench_measures.py

bench-million: $(MADE)  ## measures on a million articles, and their memory (5 GB on the disk)
	$(BIN)/python tests/bench_million.py

$(MADE): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Simak needs Python 3.11 or newer: make PYTHON=/path/to/python" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(if $(TORCH_INDEX),$(PIP) install --constraint constraints.txt --index-url $(TORCH_INDEX) torch)
	$(PIP) install --constraint constraints.txt --editable '.[tests]'
	@touch $@

accuracy: $(MADE)  ## measure what reports quote, after a change of models, YAML or rules
	$(BIN)/python tests/quality.py --save

pictures: report  ## the README's pictures of reports, taken in Chromium
	$(BIN)/python docs/pictures.py

constraints:  ## write constraints.txt anew from the newest versions (takes minutes)
	rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip --quiet install '.[tests,train,dev]'
	build/constraints/bin/python -m pip freeze --exclude simak | sed 's/+cpu$$//' > constraints.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find reports -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
