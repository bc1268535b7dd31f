# Everything is done in a virtual environment of the project's own; python3 and make are all that is needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := $(VENV)/.peers
SPARK := $(VENV)/.spark
PAGE := $(VENV)/.page
CORPUS ?= ../shared/data/policy.jsonl.gz ../shared/data/laws.jsonl.gz

.PHONY: demo test test-crash test-hooks test-page test-spark test-twice check check-page fix bench bench-latency bench-quality bench-throughput docs golden model clean

demo: $(READY)  ## clean seeds/ and say where the result is
	@rm -rf demo
	@$(BIN)/cleaner clean seeds -o demo/cleaned --report demo/report
	@echo
	@echo "The cleaned files are in demo/cleaned; open demo/report/index.html to see every change with its reason."
	@echo "To take it back:  $(BIN)/cleaner undo demo/report -o demo/restored"

test: $(READY)  ## the tests, on every core
	$(BIN)/python -m pytest -n auto

test-spark: $(SPARK)  ## the tests of the engine that needs Java 17, on two workers and on a cluster of two
	$(BIN)/python -m pytest -m spark tests/test_spark.py

test-crash: $(READY)  ## kill a run of clean at random moments, 30 times; what is there in the end is what one that was left alone writes
	$(BIN)/python -m pytest -m crash -s tests/test_resume.py

test-twice: $(READY)  ## slow: a second cleaning changes nothing more, on every text below DATA=DIR [PROFILE=NAME]
	@test -n "$(DATA)" || { echo 'which texts? make test-twice DATA=DIR [PROFILE=NAME]'; exit 2; }
	$(BIN)/python -m tests.twice $(DATA) $(PROFILE)

test-page: $(PAGE)  ## the report's page in headless Chromium (apt-get install chromium fonts-noto-cjk)
	$(BIN)/python -m pytest tests/test_browser.py

check-page:  ## the page's script, type-checked and linted, where there are node and a registry
	@if npm install --silent --no-audit --no-fund --no-package-lock --prefix tests/web 2>/dev/null; then \
	tests/web/node_modules/.bin/tsc -p tests/web/tsconfig.json && \
	tests/web/node_modules/.bin/eslint -c tests/web/eslint.config.mjs cleaner/reports/web && \
	echo 'the page: types and style are right'; \
	else echo 'no npm here: the script of the page is not checked'; fi

test-hooks: $(READY)  ## the hooks, in pre-commit and prek as they are (an environment is installed from the package index)
	$(BIN)/python -m pip install --quiet --editable '.[hooks]'
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m pytest -m hooks

check: $(READY)  ## what CI runs: style, types, docs, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m docs.generate --check
	@$(MAKE) --no-print-directory check-page
	@$(MAKE) --no-print-directory test

fix: $(READY)  ## what `make check` would have you do
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m docs.generate

docs: $(READY)  ## write the docs that repeat code
	$(BIN)/python -m docs.generate

golden: $(READY)  ## write the golden files of the command line anew; review the diff like code
	$(BIN)/python -m pytest tests/test_command_line.py --golden

bench: $(PEERS)  ## speed, of the command and against others, written to benchmarks/results/
	$(BIN)/python benchmarks/speed.py command
	$(BIN)/python benchmarks/speed.py repeats

bench-latency: $(READY)  ## how long a hook waits, written to benchmarks/results/; DATA=DIR
	@test -n "$(DATA)" || { echo 'which documents? make bench-latency DATA=DIR'; exit 2; }
	$(BIN)/python -m benchmarks.latency --data $(DATA)

bench-quality: $(PEERS)  ## alarms and recall inside paragraphs, written to benchmarks/results/; DATA=DIR [PLANTING=PLANT.py]
	@test -n "$(DATA)" || { echo 'which documents? make bench-quality DATA=DIR [PLANTING=PLANT.py]'; exit 2; }
	@$(BIN)/python -m pip install --quiet --no-deps 'pycorrector>=1.1.4,<1.2' || echo going on without pycorrector
	@npm install --silent --prefix build/zhlint zhlint@0.8.2 || echo going on without zhlint
	$(BIN)/python benchmarks/quality.py --data $(DATA) $(if $(PLANTING),--planting $(PLANTING)) --zhlint build/zhlint

bench-throughput: $(PEERS)  ## speed and memory of `cleaner clean` up to 1 GB, beside others, written to benchmarks/results/; DATA=DIR [PLANTING=PLANT.py]
	@test -n "$(DATA)" || { echo 'which documents? make bench-throughput DATA=DIR [PLANTING=PLANT.py]'; exit 2; }
	$(BIN)/python -m benchmarks.throughput --data $(DATA) $(if $(PLANTING),--planting $(PLANTING)) --peers $(if $(JUICER),--data-juicer $(JUICER))

model: $(READY)  ## learn the shipped model anew, byte for byte: counts, look-alikes, weights; CORPUS="POLICY.jsonl.gz LAWS.jsonl.gz"
	@test -e $(firstword $(CORPUS)) || { echo 'which documents? make model CORPUS="POLICY.jsonl.gz LAWS.jsonl.gz"'; exit 2; }
	$(BIN)/python -m pip install --quiet --editable '.[model]'
	$(BIN)/python -m cleaner.language.learn_confusables $(CORPUS)
	$(BIN)/python -m cleaner.language.learn $(CORPUS)
	$(BIN)/python -m cleaner.language.fit $(CORPUS)
	$(BIN)/python -m cleaner.language.needed

clean:  ## remove what was built
	rm -rf $(VENV) demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

$(SPARK): $(READY) pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[spark]'
	@touch $@

$(PAGE): $(READY) pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[page]'
	@touch $@

$(PEERS): $(READY) pyproject.toml
	$(BIN)/python -m benchmarks.peers
	@touch $@
