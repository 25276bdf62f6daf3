#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# ladder.sh PINBENCH - every rung of the ladder is fetched, built, booted and measured, twice.
# Why: a module that builds for one kernel says nothing of the next; and one rung that cannot be had
# must neither stop the others nor pass unseen.
set -u

pinbench=$(realpath "$1")
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-ladder.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
rungs='debian:5.10 debian:6.1 debian:6.12 debian:7.2 debian:7.3'

# shellcheck disable=SC2086
"$pinbench" kernel fetch $rungs >fetch.log 2>&1 || {
  cat fetch.log
  # Told apart by pinbench itself: an archive that was not reached is no fault of the code.
  if grep -q 'is the network there' fetch.log; then
    echo 'skipped: the archive was not reached'
    exit 77
  fi
  exit 1
}

list=$(echo $rungs | tr ' ' ,)
for take in 1 2; do
  "$pinbench" run --quiet --kernel "$list" --pages 8 --samples 5 --db take$take.db
  status=$?
  [ $status = 0 ] || { echo "take $take: exit status $status"; exit 1; }
  # 10 strategies, 2 memory types, 2 phases.
  for rung in $rungs; do
    rows=$("$pinbench" export --db take$take.db "$rung" | grep -cE ',(acquire|release),instructions,instructions/page,5,')
    [ "$rows" = 40 ] || { echo "take $take: $rung has $rows rows, not 40"; exit 1; }
  done
done
for rung in $rungs; do
  "$pinbench" compare --quiet "take1.db:$rung" "take2.db:$rung" | tee verdict
  grep -q '^no difference: 20 cells, all .* samples identical' verdict ||
    { echo "$rung does not repeat"; exit 1; }
done

# A rung that never was: said, and the other one is measured all the same.
"$pinbench" run --quiet --kernel debian:6.1,debian:6.12.1 --strategy noop --memory anon --pages 1 \
  --samples 5 --db gone.db 2>gone.log
status=$?
cat gone.log
[ $status = 2 ] || { echo "a rung that cannot be had gave exit status $status, not 2"; exit 1; }
grep -q 'debian:6.12.1' gone.log || { echo 'the rung that cannot be had is not named'; exit 1; }
"$pinbench" export --db gone.db debian:6.1 | grep -q ',noop,.*,instructions/page,5,' ||
  { echo 'the other rung was not measured'; exit 1; }
