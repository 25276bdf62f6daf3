#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# RUN_GUEST KFUZZ [KERNEL...] - fuzzes the modules on each kernel; by default on the whole ladder.
# Why: what a request does to the kernel differs with the kernel, and a minute of CI is short.
# KFUZZ_SECONDS (300), KFUZZ_REQUESTS (no limit) and KFUZZ_SEED (the time) say how long and from where.
set -u

[ $# -ge 2 ] || { echo "usage: ${0##*/} RUN_GUEST KFUZZ [KERNEL...]" >&2; exit 2; }
run_guest=$1 kfuzz=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -eq 0 ]; then
  # shellcheck disable=SC2046
  set -- $(awk -F'\t' '/^[0-9]/ { print "debian:" $1 }' "$here/../../data/kernels/ladder.tsv")
fi
seconds=${KFUZZ_SECONDS:-300}
seed=${KFUZZ_SEED:-$(date +%s)}
words="kfuzz.seed=$seed kfuzz.seconds=$seconds${KFUZZ_REQUESTS:+ kfuzz.requests=$KFUZZ_REQUESTS}"

failed=0
for kernel; do
  echo "=== $kernel: $words"
  # Booting, and a machine that has other things to do: twice the time, and ten minutes.
  PINBENCH_TEST_KERNEL=$kernel "$run_guest" "$kfuzz" 2 $((seconds * 2 + 600)) "$words" || {
    failed=$((failed + 1))
    echo "=== $kernel: status $?"
  }
done
echo "=== $# kernels, $failed failed"
[ "$failed" -eq 0 ]
