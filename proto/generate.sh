#!/bin/sh
# Writes app/core/wire/*_pb2.py and their type stubs from proto/luopu/*.proto. Run by `make proto`.
set -eu
cd "$(dirname "$0")/.."
out="${1:-app/core/wire}"
python="${PYTHON:-.venv/bin/python}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m grpc_tools.protoc -Iproto --python_out="$work" --pyi_out="$work" proto/luopu/*.proto
sed -i.bak 's/^from luopu import /from app.core.wire import /' "$work"/luopu/*  # one file of ours that imports another
rm -f "$work"/luopu/*.bak
mkdir -p "$out"
for file in "$work"/luopu/*; do cp "$file" "$out/"; done
