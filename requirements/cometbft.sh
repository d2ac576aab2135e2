#!/bin/sh
# Puts CometBFT, which the tests run, into .tools/bin with the Go tool. Does nothing when it is there already; never fails
# for want of Go or of a network: what is missing is said, and the tests that need it say so again.
set -eu
cd "$(dirname "$0")/.."
version=0.39.4
module=github.com/cometbft/cometbft/cmd/cometbft@v$version
folder=$PWD/.tools/bin
program=$folder/cometbft
go=$(command -v go || true)
if [ "${OS:-}" = Windows_NT ]; then
    program=$program.exe
fi
if [ -z "$go" ] && [ -x /usr/local/go/bin/go ]; then
    go=/usr/local/go/bin/go
fi

if [ "$("$program" version 2>/dev/null || true)" = "$version" ]; then
    exit 0
fi
if [ -z "$go" ]; then
    echo "Go is missing, so CometBFT is not installed: the tests that run it are skipped (with CI=true they fail)."
    echo "With Go 1.25 or newer: go install $module"
    exit 0
fi
echo "Installing CometBFT $version into .tools/bin with $("$go" version)"
mkdir -p "$folder"
GOBIN=$folder "$go" install "$module" ||
    echo "CometBFT could not be installed: the tests that run it are skipped (with CI=true they fail)."
