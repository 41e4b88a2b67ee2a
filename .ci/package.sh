#!/usr/bin/env bash
# Packs one release archive: the program, its completions and man pages, the licences.
# Usage: .ci/package.sh TARGET FOLDER-WITH-THE-PROGRAM OUT
set -euo pipefail
target="$1"
from="$(cd "$2" && pwd)"
mkdir -p "$3"
out="$(cd "$3" && pwd)"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
program=mcp-assay
case "$target" in *windows*) program=mcp-assay.exe ;; esac
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp "$from/$program" "$stage/"
cp -R README.md LICENSE-MIT LICENSE-APACHE CHANGELOG.md completions "$stage/"
tar -czf "$out/mcp-assay-$version-$target.tar.gz" -C "$stage" .
