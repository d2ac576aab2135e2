#!/bin/sh
# Makes or completes the virtual environment `.venv` of this checkout: every package of requirements/dev.txt, each with
# its hash, and the project itself, editable. Run by `make dev` when an input has changed.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
[ "${OS:-}" != Windows_NT ] || bin=.venv/Scripts

if ! "$bin/python" -c 'import pip' >/dev/null 2>&1; then
    python=$(sh requirements/python.sh --with-venv)
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi
pip() {
    "$bin/python" -m pip --disable-pip-version-check --no-input "$@"
}
pip install --quiet --require-hashes -r requirements/dev.txt
pip install --quiet --no-deps --no-build-isolation --editable .
