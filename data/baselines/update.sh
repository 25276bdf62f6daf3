#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# update.sh PINBENCH [KERNEL...] - measures the ladder, or these kernels, and rewrites their baselines.
# Kernels of one architecture at a time; KERNEL may be `ladder/FLAVOUR`, every rung in that flavour.
# Why: a change of the kernel modules moves every number; the diff of the baselines then shows by how much.
# A kernel that cannot be measured keeps its baseline, and the exit status is 1.
set -eu

[ $# -ge 1 ] || { echo "usage: $0 PINBENCH [KERNEL...]" >&2; exit 2; }
pinbench=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- ladder
case $1 in
  # shellcheck disable=SC2046 # one word a kernel
  ladder*) set -- $(awk -F'\t' -v flavour="${1#ladder}" '/^[0-9]/ { print "debian:" $1 flavour }' "$here/../kernels/ladder.tsv") ;;
esac
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-baselines.XXXXXX")
trap 'rm -rf "$dir"' EXIT
kernels=$(printf '%s,' "$@")
status=0
"$pinbench" run --plan quick --kernel "${kernels%,}" --db "$dir/runs.db" >"$dir/tables" || status=1
[ -e "$dir/runs.db" ] || exit 2
arch=$(sqlite3 "$dir/runs.db" "SELECT value FROM fact WHERE key = 'kernel.arch' LIMIT 1")
mkdir -p "$here/$arch/quick"
for kernel in "$@"; do
  file=$here/$arch/quick/$(printf %s "$kernel" | tr :/ -).tsv
  run=$(sqlite3 "$dir/runs.db" "SELECT uuid FROM run JOIN fact ON run_id = run.id
    WHERE key = 'kernel.name' AND value = '$kernel' AND state = 'complete'")
  if [ -n "$run" ] && "$pinbench" export --format baseline --db "$dir/runs.db" --output "$dir/new" "$run"; then
    mv "$dir/new" "$file"
    echo "$kernel: $file"
  else
    echo "$kernel: not measured, its baseline stays as it is" >&2
    status=1
  fi
done
exit $status
