#!/usr/bin/env bash
# The logic of action.yml: install, audit, result. Inputs come as environment variables only, never as program text.
# Works with the bash 3.2 of macOS.
set -euo pipefail

# Prints an error annotation and ends. The message is ours, or was checked before.
fail() {
  printf '::error title=mcp-assay::%s\n' "$2"
  exit "$1"
}

output() {
  printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

sha256() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum | cut -d ' ' -f 1
  else
    shasum -a 256 | cut -d ' ' -f 1
  fi
}

platform() {
  case "${RUNNER_OS:-}/${RUNNER_ARCH:-}" in
    Linux/X64) echo x86_64-unknown-linux-musl ;;
    Linux/ARM64) echo aarch64-unknown-linux-musl ;;
    macOS/X64) echo x86_64-apple-darwin ;;
    macOS/ARM64) echo aarch64-apple-darwin ;;
    Windows/X64) echo x86_64-pc-windows-msvc ;;
    *) fail 2 "there is no released program for this runner; give binary-path" ;;
  esac
}

# A released program, checked against the table that is committed with this action.
install() {
  if [ -n "${INPUT_BINARY_PATH:-}" ]; then
    [ -x "$INPUT_BINARY_PATH" ] || fail 2 "binary-path names no program that can be run"
    # it is also run in another folder
    case "$INPUT_BINARY_PATH" in
      /* | [A-Za-z]:*) output program "$INPUT_BINARY_PATH" ;;
      *) output program "$PWD/$INPUT_BINARY_PATH" ;;
    esac
    return
  fi
  local table version target name expected actual suffix=""
  table="$(dirname "${BASH_SOURCE[0]}")/checksums.txt"
  version="${INPUT_VERSION:-}"
  if [ -z "$version" ]; then
    version=$(sed -n 's/^[0-9a-f]\{64\}  mcp-assay-\([0-9][0-9A-Za-z.-]*\)-[a-z0-9_]*-.*$/\1/p' "$table" | tail -n 1)
    [ -n "$version" ] || fail 2 "this revision of the action knows no released program; give binary-path"
  fi
  case "$version" in
    *[!0-9A-Za-z.-]*) fail 2 "version is not a version" ;;
  esac
  target=$(platform) || exit 2
  name="mcp-assay-$version-$target.tar.gz"
  expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  $name\$/\1/p" "$table")
  [ -n "$expected" ] || fail 2 "this revision of the action has no checksum for $name; use a newer revision, or give binary-path"
  [ -n "${ACTION_REPOSITORY:-}" ] || fail 2 "a local copy of the action cannot download; give binary-path"
  curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 3 --output "$RUNNER_TEMP/$name" \
    "${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/v$version/$name" ||
    fail 2 "$name cannot be downloaded"
  actual=$(sha256 <"$RUNNER_TEMP/$name")
  [ "$actual" = "$expected" ] || fail 2 "$name has another checksum than the action knows; it was not run"
  mkdir -p "$RUNNER_TEMP/mcp-assay"
  tar -xzf "$RUNNER_TEMP/$name" -C "$RUNNER_TEMP/mcp-assay"
  [ "${RUNNER_OS:-}" != Windows ] || suffix=.exe
  output program "$RUNNER_TEMP/mcp-assay/mcp-assay$suffix"
}

# A commit that is here, or can be fetched.
have() {
  git cat-file -e "$1^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$1"
}

# What a pull request cannot edit: the people and the policy of the base branch. Sets `pins`.
pins=()
from_base() {
  local folder="$1"
  [ -z "${INPUT_TRUST:-}" ] || pins+=(--trust "$INPUT_TRUST")
  [ -n "${BASE_SHA:-}" ] || return 0
  case "$BASE_SHA" in
    *[!0-9a-f]*) fail 2 "the event names no base commit" ;;
  esac
  have "$BASE_SHA" ||
    fail 4 "the base of the pull request cannot be fetched, so nothing says whom to trust; check out with fetch-depth 0"
  # people, policy, suppressions and approved commands are the base's
  export MCP_ASSAY_BASE="$BASE_SHA"
  if [ -z "${INPUT_TRUST:-}" ] && git cat-file -e "$BASE_SHA:$folder/trust.json" 2>/dev/null; then
    pins+=(--trust "sha256:$(git cat-file blob "$BASE_SHA:$folder/trust.json" | sha256)")
  fi
  # a pull request may not take the baseline away
  if git cat-file -e "$BASE_SHA:$folder/baseline.json" 2>/dev/null; then
    pins+=(--require-signed)
  fi
}

# Whether the same targets named servers, or configured a client, before this change. Where they did, the path is right
# and the change took the last one out; where they did not, nothing says that this is the right place to look.
emptied() {
  local before="${BASE_SHA:-${BEFORE_SHA:-}}" tree="$RUNNER_TEMP/mcp-assay-before" code=0
  case "$before" in
    *[!0-9a-f]*) return 1 ;;
    # a new branch has no commit before
    *[!0]*) ;;
    *) return 1 ;;
  esac
  have "$before" || return 1
  rm -rf "$tree"
  mkdir -p "$tree"
  git archive --format=tar "$before" | tar -xf - -C "$tree" || return 1
  (
    cd "$tree"
    unset MCP_ASSAY_BASE
    "$PROGRAM" scan --config-only --no-progress --scope project --no-baseline --fail-on never -qq ${targets[@]+"${targets[@]}"}
  ) || code=$?
  rm -rf "$tree"
  # 3: a configuration that could not be read was one
  [ "$code" = 0 ] || [ "$code" = 3 ]
}

# The code that counts when several apply: 70, 2, 4, 1, 3, then any other.
worst() {
  local code
  for code in 70 2 4 1 3; do
    if [ "$1" = "$code" ] || [ "$2" = "$code" ]; then
      echo "$code"
      return
    fi
  done
  if [ "$1" != 0 ]; then echo "$1"; else echo "$2"; fi
}

# A number of the summary of a report. Members of `summary` are indented by four or six spaces, and no text of a server
# can begin a line.
number() {
  sed -n "s/^ \{$2\}\"$1\": \([0-9]*\),\{0,1\}\$/\1/p" "$json" | tail -n 1
}

audit() {
  local folder line scan=0 gate=0 exit_code complete=false covered=false fork=false count total=0 highest=none level
  local scope=servers gone=false hint="" category="${INPUT_CATEGORY:-mcp-assay}"
  local start=--config-only options=() targets=() extra=()
  case "$category" in
    *[!0-9A-Za-z._/:-]*) fail 2 "category may have letters, digits and . _ / : - only" ;;
  esac
  folder="${INPUT_BASELINE:-.mcp-assay}"
  json="$RUNNER_TEMP/mcp-assay.json"
  local sarif="$RUNNER_TEMP/mcp-assay.sarif" markdown="$RUNNER_TEMP/mcp-assay.md"
  rm -f "$json" "$sarif" "$markdown"
  while IFS= read -r line; do [ -z "$line" ] || targets+=("$line"); done <<<"${INPUT_TARGETS:-}"
  while IFS= read -r line; do [ -z "$line" ] || extra+=("$line"); done <<<"${INPUT_ARGS:-}"

  if [ -n "${HEAD_REPOSITORY:-}" ] && [ "$HEAD_REPOSITORY" != "${GITHUB_REPOSITORY:-}" ]; then
    fork=true
  fi
  if [ "${INPUT_LAUNCH:-false}" = true ]; then
    if [ "$fork" = true ] || [ "${GITHUB_EVENT_NAME:-}" = pull_request_target ]; then
      printf '::notice title=mcp-assay::servers are not started for code from a fork; only the configuration is judged\n'
    else
      start=--launch=approved
    fi
  fi
  [ "${INPUT_ONLINE:-false}" = true ] || options+=(--offline)
  from_base "$folder"

  # the offline gate, where there is something to guard
  if [ -e "$folder/trust.json" ] || [ ${#pins[@]} -gt 0 ]; then
    "$PROGRAM" verify --no-progress --baseline "$folder" ${pins[@]+"${pins[@]}"} || gate=$?
  fi
  options=(--no-progress --scope project --baseline "$folder" --fail-on "${INPUT_FAIL_ON:-high}" ${options[@]+"${options[@]}"})
  options+=(${pins[@]+"${pins[@]}"} --output "json=$json" --output "sarif=$sarif" --output "markdown=$markdown")
  options+=(${extra[@]+"${extra[@]}"} ${targets[@]+"${targets[@]}"})
  "$PROGRAM" scan "$start" --output human --output github "${options[@]}" || scan=$?
  if [ "$scan" = 5 ]; then
    # what starts servers is not needed where there are none
    [ "$start" != --config-only ] || hint=", or give it args: --allow-no-servers"
    if emptied; then
      gone=true scan=0
      printf '::notice title=mcp-assay::nothing was audited: no servers. This change removes the last one; the next one without any ends with 5, so remove this step%s\n' "$hint"
      # there is nothing to start; the reports say that nothing was audited
      "$PROGRAM" scan --config-only --allow-no-servers "${options[@]}" || scan=$?
    else
      printf '::error title=mcp-assay::nothing was audited: no servers, and none are known from before this change. Correct targets, remove this step%s\n' "$hint"
    fi
  fi
  exit_code=$(worst "$gate" "$scan")

  if [ -s "$json" ]; then
    if grep -q '^    "complete": true' "$json"; then complete=true; fi
    if grep -q '^    "scopeCovered": true' "$json"; then covered=true; fi
    # a run that judges the configuration only must not close the alerts of one that audits servers
    if grep -q '^    "scope": "configuration"' "$json"; then
      scope=configuration
      [ "$start" != --config-only ] || category="${category%/}-configuration"
    fi
    for level in low medium high critical; do
      count=$(number "$level" 6)
      total=$((total + ${count:-0}))
      if [ "${count:-0}" -gt 0 ]; then highest=$level; fi
    done
    output json-file "$json"
  fi
  output exit-code "$exit_code"
  output complete "$complete"
  output scope "$scope"
  output scope-covered "$covered"
  output category "$category"
  output findings "$total"
  output highest-severity "$highest"
  output fork "$fork"
  if [ -s "$sarif" ]; then
    output sarif-file "$sarif"
    if [ "${INPUT_UPLOAD_SARIF:-false}" = true ]; then
      # with the last server its alerts are gone
      if [ "$covered" = true ] || [ "$gone" = true ] || [ "${INPUT_UPLOAD_PARTIAL:-false}" = true ]; then
        output upload true
      else
        printf '::notice title=mcp-assay::not uploaded, because code scanning would close the alerts of servers that were not audited\n'
      fi
    fi
  fi
  if [ "${INPUT_SUMMARY:-true}" = true ] && [ -s "$markdown" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$markdown" >>"$GITHUB_STEP_SUMMARY"
  fi
}

# The job ends as the audit did; without a code it did not run, which is no success.
result() {
  case "${EXIT_CODE:-}" in
    "" | *[!0-9]*) fail 70 "the audit did not run" ;;
  esac
  exit "$EXIT_CODE"
}

case "${1:-}" in
  install | audit | result) "$1" ;;
  *) fail 2 "unknown step" ;;
esac
