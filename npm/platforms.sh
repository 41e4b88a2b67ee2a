#!/usr/bin/env bash
# Makes the npm package of each system from the release archives in a folder.
# Usage: npm/platforms.sh ARCHIVES OUT
set -euo pipefail
archives="$(cd "$1" && pwd)"
mkdir -p "$2"
out="$(cd "$2" && pwd)"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$here/package.json")

package() { # target, os, cpu, program
  local archive="$archives/mcp-assay-$version-$1.tar.gz" dir="$out/$2-$3"
  [ -f "$archive" ] || return 0
  mkdir -p "$dir"
  tar -xzf "$archive" -C "$dir" "./$4" ./LICENSE-MIT ./LICENSE-APACHE
  cat >"$dir/package.json" <<JSON
{
  "name": "@mcp-assay/$2-$3",
  "version": "$version",
  "description": "The mcp-assay program for $2 $3",
  "license": "MIT OR Apache-2.0",
  "os": ["$2"],
  "cpu": ["$3"],
  "files": ["$4"]
}
JSON
  printf '%s\n' "$dir"
}

package x86_64-unknown-linux-musl linux x64 mcp-assay
package aarch64-unknown-linux-musl linux arm64 mcp-assay
package x86_64-apple-darwin darwin x64 mcp-assay
package aarch64-apple-darwin darwin arm64 mcp-assay
package x86_64-pc-windows-msvc win32 x64 mcp-assay.exe
