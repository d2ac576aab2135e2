#!/bin/sh
# Prints the Python to use: $PYTHON if set, else the first that fits. 3.12 and 3.11 come first because LevelDB's binding
# has ready-made wheels for them. With "--with-venv" it must also be able to make virtual environments.
set -eu

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ]; then
    if ! fits "$PYTHON"; then
        echo "PYTHON=$PYTHON is not a Python 3.11, 3.12 or 3.13 that runs." >&2
        exit 1
    fi
    found=$PYTHON
else
    found=
    for candidate in python3.12 python3.11 python3.13 python3 python; do
        if fits "$candidate"; then
            found=$candidate
            break
        fi
    done
fi
if [ -z "$found" ]; then
    echo "Python 3.11, 3.12 or 3.13 is missing. Install one, or say where it is: make PYTHON=/path/to/python3 …" >&2
    exit 1
fi
if [ "${1:-}" = "--with-venv" ] && ! "$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    echo "$found cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
echo "$found"
