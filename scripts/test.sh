#!/usr/bin/env bash
# Every check there is, the way CI runs them. What the system lacks (a browser, gettext, a Chinese font, what sets type) is installed
# by its package manager, where that is allowed.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-.venv/bin/python}

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v xgettext >/dev/null || missing+=(gettext)
fc-list ':lang=zh' 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk fontconfig)
"$PYTHON" -c 'import weasyprint' 2>/dev/null || missing+=(libpango-1.0-0 libpangoft2-1.0-0)
if [ ${#missing[@]} -gt 0 ]; then
  sudo=''; [ "$(id -u)" = 0 ] || sudo=sudo
  if ! command -v apt-get >/dev/null || { [ -n "$sudo" ] && ! command -v sudo >/dev/null; }; then
    echo "The tests need: ${missing[*]}. Install them with the system's package manager, then run make test again." >&2
    exit 1
  fi
  echo "Installing for the tests: ${missing[*]} …"
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

. scripts/steps.sh
# Comes from npm while the code is being read; where npm does not answer, the one test that needs it says that it was left out.
"$PYTHON" scripts/lighthouse.py >/dev/null & lighthouse=$!
step "message catalogues" "$PYTHON" -m csportal.catalogues
step "lint" env PYTHON="$PYTHON" bash scripts/lint.sh
wait "$lighthouse" || echo "Lighthouse is not here: the customer's page is tested without its scores." >&2
step "tests" "$PYTHON" -m pytest -n 2 --ignore=tests/browser/test_lighthouse.py "$@"
# By itself, afterwards: it measures, and beside other tests it would measure those.
step "Lighthouse" "$PYTHON" -m pytest tests/browser/test_lighthouse.py
verdict
