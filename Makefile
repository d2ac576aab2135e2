# One verb each. `make` alone lists them.

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
READY := .venv/.ready
TESTS ?= tests
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help system dev run test campaign screenshots check fix bench docs page proto clean

help: ## list the verbs
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST)

system: ## install Debian packages that are missing, where this user may
	@sh requirements/system.sh

dev: $(READY) ## make or complete .venv (PYTHON=… chooses the Python)

$(READY): requirements/dev.txt requirements/venv.sh requirements/python.sh pyproject.toml
	@sh requirements/venv.sh
	@touch $@

run: system dev ## open the desktop and try it on this computer; without a display, walk through headless
	@case "$$(uname -s)" in \
	Linux) display="$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ;; \
	*) display=yes ;; \
	esac; \
	if [ -n "$$display" ]; then \
		exec $(BIN)/luopu desktop --home .luopu --try; \
	else \
		echo "没有显示器，改为演示无窗口的完整流程。No display: running the headless walk-through instead."; \
		exec $(BIN)/luopu demo --home ".luopu-demo/$$(date +%Y%m%d-%H%M%S)"; \
	fi

test: system dev ## run the tests (TESTS=tests/core ARGS=-x for some of them)
	@sh requirements/cometbft.sh
	@sh requirements/interpreters.sh
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2 $(TESTS) $(ARGS)

check: dev ## format, lint, types, imports, generated code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	PYTHON=$(BIN)/python sh proto/generate.sh "$$fresh" && \
	diff -r --exclude=__init__.py --exclude=__pycache__ "$$fresh" app/core/wire || \
	{ echo "app/core/wire is not what proto/ says: run make proto"; exit 1; }

fix: dev ## format, and repair what can be repaired
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

campaign: system dev ## the long campaigns: 5,000 kills, four validators perturbed, 200,000 random actions; about 11 minutes
	@sh requirements/cometbft.sh
	$(BIN)/python -m pytest -m campaign tests/scenarios tests/registry $(ARGS)

screenshots: system dev ## take docs/screenshots from the real desk and node
	$(BIN)/python -m tests.ui.take_screenshots --real --output docs/screenshots
	$(BIN)/python -m tests.ui.town_pictures --output docs/screenshots
	$(BIN)/python -m tests.ui.reserve_pictures --output docs/screenshots
	$(BIN)/python -m tests.web.page_pictures --output docs/screenshots

bench: dev ## every measurement, each as a ratio against a ceiling of the same run
	@for name in $$($(BIN)/python -c 'from benchmarks.__main__ import BENCHMARKS; print(*BENCHMARKS)'); do \
		echo "== $$name"; $(BIN)/python -m benchmarks $$name || exit 1; \
	done

docs: dev ## check that links, --help blocks and named tests are true
	$(BIN)/python -m pytest -q tests/project/test_docs.py

page: ## write resources/web/reserve.html from web/reserve; needs Node.js and npm
	cd web/reserve && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs

proto: dev ## write app/core/wire from proto/
	PYTHON=$(BIN)/python sh proto/generate.sh

clean: ## remove .venv, caches and build results; homes (.luopu, .luopu-demo) hold keys and stay
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
