#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# golden.sh PINBENCH CASE.sh - runs a case in an empty folder and compares what it says with CASE.out.
# Why: the command line is what users see; a change of it has to be seen by its author first.
# A case calls `try ARG...`: the command is shown with its output, both streams, and its exit status.
# PINBENCH_GOLDEN=update writes the .out file instead of comparing.
set -u

pinbench=$(realpath "$1")
case=$(realpath "$2")
expected=${case%.sh}.out
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-cli.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
unset PINBENCH_DB
export HOME="$dir" XDG_CACHE_HOME="$dir/cache" LC_ALL=C COLUMNS=100

try() {
  printf '$ pinbench'
  printf ' %s' "$@"
  printf '\n'
  "$pinbench" "$@" 2>&1 </dev/null
  printf '[exit status %d]\n' $?
}

# What differs from run to run and from machine to machine; SQLite 3.46 knows why a write failed, 3.40 not.
normalise() {
  sed -E -e 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/UUID/g' \
    -e 's/\b(run|base|head)( +)[0-9a-f]{8}\b/\1\2SHORTID/g' -e 's/^[0-9a-f]{8}  /SHORTID  /' \
    -e "s/which knows [0-9]+/which knows N/" -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/TIME/g' -e 's/\b[0-9a-f]{8}(  TIME)/SHORTID\1/' \
    -e "s#$dir#DIR#g" \
    -e 's/(disk I\/O error): File too large(; what was committed before stays readable)?/\1/' \
    -e 's/^(pinbench [0-9.]+ \().*\)$/\1REVISION)/'
}

. "$case" >"$dir/said.raw"
normalise <"$dir/said.raw" >"$dir/said"
if [ "${PINBENCH_GOLDEN:-}" = update ]; then
  cp "$dir/said" "$expected"
  exit 0
fi
diff -u "$expected" "$dir/said"
