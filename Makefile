# Two commands: `make run` and `make test`. Both need git, make and a Python 3; they bring the rest.
.PHONY: help run test bench access-table fuzz audit installed installed-for-tests
.DEFAULT_GOAL := help
SHELL := /bin/sh
# Where it is set, each of the many processes would compile everything anew: half of every start.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make run    start Caredesk (PORT, HOST, CAREDESK_DATA choose others)"
	@echo "make test   lint, types, contracts, migrations, the whole suite with the browser"
	@echo "make access-table  write tests/access_table.csv anew: who may do what, to be read"
	@echo "make fuzz   the JSON door against its description, for MINUTES (default: 30)"
	@echo "make audit  known weaknesses of what is locked; asks osv.dev, so it needs the internet"
	@echo "make bench  the measurements, in sizes that take a few minutes"

run: installed
	@exec .venv/bin/caredesk serve

test: installed-for-tests
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/python -m pytest -n 2 --dist loadfile

access-table: installed-for-tests
	CAREDESK_RENEW_ACCESS_TABLE=1 .venv/bin/python -m pytest -q tests/test_access_table.py
	git diff --stat tests/access_table.csv

fuzz: installed-for-tests
	CAREDESK_FUZZ_MINUTES=$${MINUTES:-30} .venv/bin/python -m pytest -q -s tests/attacks/test_described.py

audit:
	@uv=$$(.ci/uv) && $$uv audit --locked

bench: installed
	.venv/bin/caredesk bench all --size 20000 --json

# What is only needed for tests stays where it is, once it is there.
installed:
	@uv=$$(.ci/uv) && $$uv sync $$([ -d .venv ] && echo --quiet) --locked --no-dev --inexact

installed-for-tests:
	@uv=$$(.ci/uv) && $$uv sync --locked
