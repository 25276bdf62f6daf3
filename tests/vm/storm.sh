#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# storm.sh PINBENCH [KILLS [SEED]] - runs in QEMU, killed (kill -9) at random moments.
# Why: an OOM kill or a CI's limit chooses its moment by itself. After each: no QEMU is left, every cell
# that the run announced is in the database; after the next run no folder is left, and the cache is whole.
# Exit 77 where the kernel's packages cannot be had.
#   tests/vm/storm.sh build/bench/pinbench 100      the long form
set -u

pinbench=$(realpath "$1")
kills=${2:-3}
RANDOM=${3:-$$}
seed=${3:-$$}
kernel=debian:6.1
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-storm.XXXXXX")
cd "$dir" || exit 99
mkdir tmp
export TMPDIR=$dir/tmp
run=
finish() {
  if [ -n "$run" ]; then kill -9 "$run" 2>/dev/null; fi
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM

"$pinbench" kernel fetch $kernel >said 2>&1 && "$pinbench" kernel build $kernel >said 2>&1 ||
  { echo "skipped: $(tail -n 1 said)"; exit 77; }
fail() { echo "FAILED after $killed kills (seed $seed): $*"; tail -n 5 said; exit 1; }

# QEMUs whose files lie in this script's own folder: nobody else's.
qemus() {
  {
    for proc in /proc/[0-9]*; do
      tr '\0' ' ' <"$proc/cmdline" | grep -q "^qemu-system[^ ]* .*$dir/tmp/" && echo "${proc#/proc/}"
    done
  } 2>/dev/null # processes that end meanwhile
}
start() {
  "$pinbench" run -k $kernel -s noop,get-fast,pin-fast,pin -m anon,thp -n 1,64 --samples 20 -d x.db >said 2>&1 </dev/null &
  run=$!
}

# How long a whole run takes here, for moments from its start to its end.
begun=$(date +%s%N)
killed=0
start
wait "$run" || fail 'a run that nobody kills fails'
run=
whole_ms=$((($(date +%s%N) - begun) / 1000000))
cells=$(sqlite3 x.db 'SELECT count(*) FROM cell') 2>/dev/null || cells=16
lost=0 early=0 stored=0
while [ "$killed" -lt "$kills" ]; do
  start
  # Two thirds of the moments lie before the first cell is done.
  ms=$(((RANDOM * 32768 + RANDOM) % (whole_ms + 1)))
  sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
  kill -9 "$run" 2>/dev/null || early=$((early + 1))
  wait "$run" 2>/dev/null
  run=
  killed=$((killed + 1))
  for _ in $(seq 50); do [ -z "$(qemus)" ] && break; sleep 0.1; done
  [ -z "$(qemus)" ] || fail "QEMU lives on: $(qemus)"
  # What the run had said of cells, it has stored: "measuring in the guest: 4 of 16".
  said_cells=$(sed -n 's/^measuring in the guest: \([0-9]*\) of .*/\1/p' said | tail -n 1)
  if command -v sqlite3 >/dev/null; then
    [ "$(sqlite3 x.db 'PRAGMA integrity_check')" = ok ] || fail 'the database is damaged'
    stored=$(sqlite3 x.db 'SELECT count(*) FROM cell WHERE run_id = (SELECT max(id) FROM run)')
    [ "${said_cells:-0}" -le "$stored" ] || lost=$((lost + said_cells - stored))
  fi
  left=$(find tmp -mindepth 1 -maxdepth 1 | wc -l)
  [ "$left" -le 1 ] || fail "$left folders lie in TMPDIR: not even the next run removes them"
done
[ "$lost" = 0 ] || fail "$lost cells were announced and are not stored"
start
wait "$run" || fail 'a run after the storm fails'
run=
[ -z "$(ls -A tmp)" ] || fail "left in TMPDIR: $(ls tmp)"
"$pinbench" kernel build $kernel >said 2>&1 && [ ! -s said ] || fail 'the cache is not whole'
echo "$killed kills ($early after the end) within $whole_ms ms: no QEMU, no folder, no cell lost of $cells a run"
