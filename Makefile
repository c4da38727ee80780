# 周到 Zhoudao. `make run` is all a fresh clone needs: Python 3.11 or newer, and nothing of ours.
PYTHON ?= python3
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
JOBS ?= auto

.DEFAULT_GOAL := help
.PHONY: help setup dev run test check soak bench lock schema translations format clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile

setup: ## prepare .venv, the pages' files and the translations (quick when nothing changed)
	@$(PYTHON) tools/setup.py

dev: ## the same, with what checks and tests need
	@$(PYTHON) tools/setup.py --dev

run: setup ## start everything on http://127.0.0.1:$PORT (8000); Ctrl-C stops it
	@ZHOUDAO_PARENT=$$PPID exec $(BIN)/zhoudao up

test: dev ## run the tests (ARGS="-k name" chooses)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m "not soak" $(ARGS)

check: dev ## format, lint, types, floors, migrations, templates, budgets, translations, locks
	@$(BIN)/python tools/check.py $(ARGS)

soak: dev ## the full-size tests: long
	@$(BIN)/python tools/soak.py $(ARGS)

bench: dev ## measure (ARGS="desk", "flow" or "search"; desk and flow without)
	@for name in $(or $(ARGS),desk flow); do $(BIN)/zhoudao bench $$name || exit 1; done

lock: dev ## lock the newest versions that fit pyproject.toml and package.json
	@$(LOCK) --upgrade --output-file requirements.lock pyproject.toml tools/build.in
	@$(LOCK) --upgrade --output-file requirements-dev.lock --constraint requirements.lock --extra dev pyproject.toml tools/build.in
	@$(LOCK) --upgrade --output-file requirements-spark.lock --constraint requirements-dev.lock --extra spark pyproject.toml tools/build.in
	@$(LOCK) --upgrade --output-file tools/node.lock tools/node.in
	@npm install --package-lock-only --loglevel=error

schema: dev ## make anew what an empty database begins with, after new migrations
	@$(BIN)/python tools/schema.py

translations: dev ## write newly marked words into zhoudao/locale
	@$(BIN)/python tools/translations.py --update

format: dev ## format and fix what can be fixed
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean: ## remove what setup made; an installation's data in .zhoudao stays
	rm -rf .venv node_modules zhoudao/static/vendor zhoudao/static/app.css zhoudao/locale/*/LC_MESSAGES/*.mo *.egg-info
