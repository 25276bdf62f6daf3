#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# calls.sh PINBENCH DATA - the same cases on this machine, by what its system calls hold: as root and as a
# user. Why: what a module sees in a guest has to be what anybody can see without one.
set -u

pinbench=$(realpath "$1")
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-calls.XXXXXX")
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir" && cd "$dir" || exit 99
failed=0
bad() { echo "$*"; failed=1; }
pools() { cat /sys/kernel/mm/hugepages/*/nr_hugepages /proc/sys/vm/drop_caches /sys/kernel/mm/ksm/run 2>/dev/null; }

# watch NAME COMMAND...: NAME.tsv and NAME.err; its exit status.
watch() {
  name=$1
  shift
  "$@" "$pinbench" semantics -q --backend syscall --memory anon,memfd --strategy none,get,pin,longterm \
    --event idle,munmap,dontneed,fork-parent-write,compact --format tsv --db "$name.db" >"$name.tsv" 2>"$name.err"
}
# want NAME STRATEGY INTENT MEMORY EVENT RESULT/DATA/FRAME
want() {
  got=$(awk -F'\t' -v s="$2" -v i="$3" -v m="$4" -v e="$5" \
    '$2 == s && $3 == i && $4 == m && $5 == e { print $6 "/" $7 "/" $8 }' "$1.tsv")
  [ "$got" = "$6" ] || bad "$1: $2 to $3, $4, $5: $got, not $6"
}

before=$(pools)
watch root env
status=$?
if grep -q 'io_uring' root.err || grep -q 'io_uring:' root.tsv; then
  cat root.err
  echo 'skipped: this machine gives nobody an io_uring'
  exit 77
fi
[ $status = 0 ] || { bad "exit status $status"; cat root.err; }
[ "$(cut -f1 root.tsv | sort -u | tr '\n' ' ')" = 'host kernel ' ] || bad 'another kernel than the one that runs'
for name in root; do
  want $name longterm write anon idle ok/coherent/stayed
  want $name get read anon idle ok/coherent/stayed
  want $name longterm write anon munmap ok/lost/kept
  want $name get read anon munmap ok/lost/kept
  want $name longterm write anon dontneed ok/stale/kept
  want $name longterm write anon fork-parent-write ok/coherent/stayed
  want $name get read anon fork-parent-write ok/stale/copied
  want $name longterm write memfd munmap ok/file-only/stayed
  # No call holds so, and nobody compacts a machine for a test.
  want $name pin write anon munmap absent/-/-
  want $name get write anon munmap absent/-/-
  want $name longterm write anon compact absent/-/-
done
[ "$(pools)" = "$before" ] || bad 'something of the machine was changed'

# A user is told of no frame, and sees the same data. The tree may lie where only root may go: the
# program, its agent and what it reads are taken along.
as_user='setpriv --reuid=65534 --regid=65534 --clear-groups env'
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  mkdir user programs && chown 65534:65534 user
  cp "$pinbench" "$(dirname "$pinbench")/agent/pinbench-agent" programs
  cp -r "$2" programs/data
  chmod -R a+rX programs
  $as_user test -x "$dir/programs/pinbench" || { echo "no user may go to '$dir': seen as root alone"; exit $failed; }
  (pinbench=$dir/programs/pinbench; cd user &&
    watch user $as_user TMPDIR="$PWD" PINBENCH_DATA="$dir/programs" PINBENCH_LIBEXEC="$dir/programs") || {
    bad "as a user: exit status $?"
    cat user/user.err
  }
  mv user/user.tsv . 2>/dev/null
  want user longterm write anon munmap ok/lost/-
  want user get read anon munmap ok/lost/-
  want user longterm write anon fork-parent-write ok/coherent/-
  want user get read anon fork-parent-write ok/stale/-
  want user none write anon munmap ok/-/-
fi

# What is asked of another kernel is not this machine's to answer.
"$pinbench" semantics --backend syscall --kernel debian:6.1 --event munmap >other.out 2>other.err
[ $? = 2 ] || bad 'another kernel was watched'
grep -q "not 'debian:6.1'" other.err || { bad 'and not said why'; cat other.err; }
"$pinbench" semantics --backend kmodd >other.out 2>other.err
[ $? = 2 ] || bad 'an unknown backend passed'

[ $failed = 0 ] && echo 'seen by system calls, as root and as a user'
exit $failed
