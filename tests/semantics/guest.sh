#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# guest.sh PINBENCH - a few cases on one kernel: seen, stored, shown, and held to an expectation.
# Why: everything below the command is only real in a guest; and an expectation that is wrong on
# purpose must be what ends with 1.
set -u

pinbench=$(realpath "$1")
kernel=${PINBENCH_TEST_KERNEL:-debian:6.1}
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-semantics.XXXXXX")
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

# word STRATEGY EVENT COLUMN: of the TSV, for writing.
word() { awk -F'\t' -v s="$1" -v e="$2" -v c="$3" '$2 == s && $5 == e && $3 == "write" { print $c }' seen.tsv; }
# want STRATEGY EVENT DATA FRAME
want() {
  [ "$(word "$1" "$2" 7)/$(word "$1" "$2" 8)" = "$3/$4" ] ||
    bad "$1, $2: $(word "$1" "$2" 7)/$(word "$1" "$2" 8), not $3/$4"
}

"$pinbench" semantics -q --kernel "$kernel" --memory anon --event idle,munmap,dontneed,fork-parent-write,migrate,mremap \
  --intent write --format tsv >seen.tsv 2>seen.err
status=$?
[ $status = 0 ] || { bad "exit status $status"; cat seen.err; }
head -n 1 seen.tsv | tr '\t' ' ' | grep -qx \
  'kernel strategy intent memory event result data frame blocked invalidations control' || bad 'another heading'
[ "$(wc -l <seen.tsv)" = 49 ] || bad "$(wc -l <seen.tsv) lines, not 49"

# These are not of today: what a reference, a pin and a notifier are for.
want none munmap - freed
want pin munmap lost kept
want odp munmap revoked freed
want get dontneed stale kept
want odp dontneed coherent freed
want odp-ignored dontneed stale freed
want get fork-parent-write stale copied
want pin fork-parent-write coherent stayed
want none migrate - moved
want pin migrate coherent stayed
want odp migrate coherent moved
want odp-ignored migrate stale moved
[ "$(word odp migrate 11)" = differs ] || bad 'odp is as its control is: the event did nothing'

"$pinbench" semantics --show --strategy odp --format tsv >shown.tsv || bad "--show: $?"
{ head -n 1 seen.tsv; awk -F'\t' '$2 == "odp"' seen.tsv; } >want.tsv
diff want.tsv shown.tsv || bad 'what is shown is not what was seen'

# Where nothing happens everything stays; and what an event that did nothing would have shown is held
# against what each event is expected to show: every one that changes something must be missed.
for strategy in ref get pin longterm follow odp odp-ignored; do
  want $strategy idle coherent stayed
done
want none idle - stayed
for event in munmap dontneed fork-parent-write migrate mremap; do
  cp pinbench.db noop.db
  sqlite3 noop.db "pragma foreign_keys = on; delete from cell where event = '$event'; update cell set event = '$event' where event = 'idle'" ||
    bad 'sqlite3 failed'
  "$pinbench" semantics --show --event $event --db noop.db >noop.out 2>noop.err
  status=$?
  [ $status = 1 ] || bad "$event that does nothing passed: exit status $status"
  # To who ignores notifiers, a mapping that moved and one that did not are the same.
  control=odp-ignored
  [ $event = mremap ] && control=odp
  grep -q "NOT AS EXPECTED: .*$control to write, anon, $event" noop.err || bad "$event: $control saw nothing"
done

# A wrong expectation, on purpose.
mkdir wrong
printf 'kernels\tstrategy\tintent\tmemory\tevent\tresult\tdata\tframe\tsource\n' >wrong/a.tsv
printf '*\tpin\twrite\tanon\tmunmap\tok\tcoherent\t*\tnobody: a test\n' >>wrong/a.tsv
"$pinbench" semantics --show --expect wrong >wrong.out 2>wrong.err
[ $? = 1 ] || bad 'a wrong expectation passed'
grep -q 'NOT AS EXPECTED: .*, pin to write, anon, munmap: .*nobody: a test' wrong.err || bad 'and was not named'
printf '*\tpin\twrite\tanon\tmunmap\tok\tcoherent\t*\t\n' >>wrong/a.tsv
"$pinbench" semantics --show --expect wrong >wrong.out 2>wrong.err
[ $? = 2 ] || bad 'a row without a source passed'

# What times pages does not meet what watched them.
"$pinbench" compare latest latest~1 >compare.out 2>&1
[ $? = 2 ] || bad 'compare took an observation'

[ $failed = 0 ] && echo 'seen, stored, shown, judged'
exit $failed
