#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# guest.sh PINBENCH - a few users on one kernel: counted twice alike, taken apart, shown, refused.
# Why: what a user calls is only real in a guest, and a number that does not repeat is none.
set -u

pinbench=$(realpath "$1")
kernel=${PINBENCH_TEST_KERNEL:-debian:6.1}
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-users.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
failed=0
bad() { echo "$*"; failed=1; }

command -v qemu-system-x86_64 >/dev/null || { echo 'skipped: no QEMU'; exit 77; }
# A machine that is new has none of it.
"$pinbench" kernel build "$kernel" >kernel.log 2>&1 ||
  { "$pinbench" kernel fetch "$kernel" && "$pinbench" kernel build "$kernel"; } >kernel.log 2>&1 || {
  cat kernel.log
  grep -q 'is the network there' kernel.log && { echo 'skipped: the archive was not reached'; exit 77; }
  exit 1
}

users=nothing,vmsplice,process-vm-writev,uring-register,dio-read-null,uring-fixed-null,udmabuf
for i in 1 2; do
  "$pinbench" users -q --kernel "$kernel" --user "$users" --pages 1,8 --format tsv >run$i.tsv 2>run$i.err
  status=$?
  [ $status = 0 ] || { bad "run $i: exit status $status"; cat run$i.err run$i.tsv; }
done
diff run1.tsv run2.tsv || bad 'two runs are not the same to the last instruction'
head -n 1 run1.tsv | tr '\t' ' ' | grep -qx \
  'kernel user case pages phase total pin accounting mapping rest entry flags' || bad 'another heading'

# of USER PAGES PHASE COLUMN
of() { awk -F'\t' -v u="$1" -v n="$2" -v p="$3" -v c="$4" '$2 == u && $4 == n && $5 == p { print $c }' run1.tsv; }
# want WORD USER PAGES PHASE COLUMN
want() { [ "$(of "$2" "$3" "$4" "$5")" = "$1" ] || bad "$2, $3 pages, $4: '$(of "$2" "$3" "$4" "$5")', not '$1'"; }
want get_user_pages_fast vmsplice 8 acquire 11
want pin_user_pages_remote process-vm-writev 8 acquire 11
want FOLL_WRITE process-vm-writev 8 acquire 12
want 'FOLL_WRITE|FOLL_LONGTERM' uring-register 8 acquire 12
want 2 uring-register 8 acquire 3
want FOLL_WRITE dio-read-null 8 acquire 12
want - uring-fixed-null 8 acquire 11
want 0.00 uring-fixed-null 8 acquire 7

# Each total is the sum of its parts, each pin is dearer than none, and a registered buffer spares it.
awk -F'\t' 'NR > 1 && $6 != "-" { sum = $7 + $8 + $9 + $10; d = sum - $6; if (d > .03 || d < -.03) { print; bad = 1 } }
  END { exit bad }' run1.tsv || bad 'parts that do not add up to their total'
awk -v plain="$(of dio-read-null 8 acquire 7)" 'BEGIN { exit !(plain > 0) }' || bad 'direct I/O without a pin'

# Modules come before symbols are told: their functions have their own names.
"$pinbench" export --all --format jsonl | grep '"type":"profile"' >profiles || bad 'no profiles'
grep -q '\[null_blk\]' profiles || bad 'no function of null_blk was seen'
! grep -q '\[pinbench' profiles || bad "a user ran in pinbench's own modules"

# What this kernel may lack says so, and is no failure.
if [ "$(of udmabuf 8 acquire 6)" = - ]; then
  "$pinbench" users --show --user udmabuf --format csv | grep -q 'refused.*CONFIG_UDMABUF' || bad 'udmabuf: refused without its reason'
fi

"$pinbench" users --show --user vmsplice --pages 8 --format tsv >shown.tsv || bad "--show: $?"
{ head -n 1 run1.tsv; awk -F'\t' '$2 == "vmsplice" && $4 == 8' run1.tsv; } >want.tsv
diff want.tsv shown.tsv || bad 'what is shown is not what was counted'
"$pinbench" users --user fut3x >wrong.out 2>wrong.err
[ $? = 2 ] && grep -q "did you mean 'futex'" wrong.err || bad 'an unknown user passed'
"$pinbench" users --pages 0 >wrong.out 2>wrong.err
[ $? = 2 ] || bad 'no page at all passed'

[ $failed = 0 ] && echo 'counted twice alike, taken apart, shown'
exit $failed
