#!/bin/sh
# For each other Python 3.11 to 3.13 of this machine (on PATH, or kept by pyenv) makes .tools/python/3.x with the packages that
# the law imports, each with its hash, so that the tests can replay a chain under all of them. An interpreter that cannot make
# environments, or a package without a wheel for it, is said and left out.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .tools/python
needs=.tools/python/law.txt
awk '/^[a-z]/ { keep = /^(protobuf|pynacl|cffi|pycparser|cryptography)==/ } keep' requirements/runtime.txt > "$needs"

minor() {
    "$1" -c 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

own=$(minor .venv/bin/python)
for candidate in $(command -v python3.11 python3.12 python3.13 2>/dev/null || true) \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[123]*/bin/python; do
    [ -x "$candidate" ] || continue
    version=$(minor "$candidate")
    case "$version" in
    3.11 | 3.12 | 3.13) ;;
    *) continue ;;
    esac
    place=.tools/python/$version
    if [ "$version" = "$own" ] || [ -f "$place/.ready" ]; then
        continue
    fi
    echo "Making $place for replaying the law"
    "$candidate" -m venv --clear "$place"
    if "$place/bin/python" -m pip --disable-pip-version-check --no-input install --quiet --no-deps --only-binary :all: \
        --require-hashes -r "$needs"; then
        touch "$place/.ready"
    else
        echo "$place is left out: a package has no wheel for it" >&2
    fi
done
