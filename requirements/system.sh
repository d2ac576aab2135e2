#!/bin/sh
# Installs what requirements/debian.txt lists, where this user may; says what to install where not. Never fails for a
# missing right: what is missing is said, and what needs it says so again.
set -eu
here=$(dirname "$0")

version=$("$(sh "$here/python.sh" 2>/dev/null || echo false)" -c 'import sys; print("%d.%d" % sys.version_info[:2])' || true)
wanted=$(sed -e 's/#.*//' -e "s/^$version: *//" "$here/debian.txt" | grep -v ': ' | tr -s ' \n' ' ')

# What would be installed, or "?" when apt does not know (its lists were never fetched). apt is asked rather than dpkg,
# because libraries change their names between releases and provide the old one.
missing() {
    # shellcheck disable=SC2086
    if simulated=$(apt-get -s --no-install-recommends --no-upgrade install $wanted 2>/dev/null); then
        echo "$simulated" | sed -n 's/^Inst \([^ ]*\).*/\1/p' | tr '\n' ' '
    else
        echo "?"
    fi
}

if ! command -v apt-get >/dev/null 2>&1; then
    [ "$(uname -s)" = Linux ] || exit 0 # the wheels for macOS and Windows hold all they need
    echo "This is not Debian or Ubuntu. If something is missing, install what corresponds to: $wanted"
    exit 0
fi
lacking=$(missing)
[ -n "$lacking" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true >/dev/null 2>&1; then
    as_root="sudo -n"
else
    [ "$lacking" != "?" ] || lacking=$wanted
    echo "Missing system packages. An administrator can install them with:"
    echo "  apt-get install --no-install-recommends $lacking"
    exit 0
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 install -y -qq \
    --no-install-recommends --no-upgrade $wanted </dev/null >/dev/null
# The Python that just came may want packages of its own.
[ -n "$version" ] || exec sh "$0"
