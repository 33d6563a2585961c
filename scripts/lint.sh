#!/usr/bin/env bash
# Everything that reads the code without running the portal.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-.venv/bin/python}
. scripts/steps.sh

production_settings() {
  CSPORTAL_MODE=production CSPORTAL_BASE_URL=https://portal.example \
    CSPORTAL_SECRET_KEY=$("$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(50))') \
    "$PYTHON" manage.py check --deploy --fail-level WARNING
}

leftovers_of_a_merge() {
  ! git grep -nE '^(<<<<<<<|>>>>>>>) ' -- .
}

step "leftovers of a merge" leftovers_of_a_merge
step "ruff: style" "$PYTHON" -m ruff check .
step "ruff: format" "$PYTHON" -m ruff format --check --quiet .
step "mypy: types" "$PYTHON" -m mypy accounts csportal renewals
step "import contracts" "$(dirname "$PYTHON")/lint-imports"
step "missing migrations" "$PYTHON" manage.py makemigrations --check --dry-run
step "production settings" production_settings
verdict
