#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# faulty.sh PINBENCH FAULTY.so - writes, syncs and closes that fail with EDQUOT, EIO or ENOSPC.
# Why: each is one message and exit status 2, the earlier file is whole, and nothing is left beside it.
set -u
pinbench=$(realpath "$1") faulty=$(realpath "$2")
tmp=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-faulty.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 99
export TMPDIR=$tmp PINBENCH_STORE_WAIT_S=0
fail() { echo "faulty: $*"; cat said 2>/dev/null; exit 1; }
run() { "$pinbench" run -q -b fake -s pin,get -m anon -n 1,16 --samples 10 "$@" >said 2>&1; }
measured() {
  python3 -c 'import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
print(base.execute("select count(*) from cell where state = ?", ("measured",)).fetchone()[0], base.execute("pragma integrity_check").fetchone()[0],
  base.execute("select count(*) from run where not exists (select 1 from cell where run_id = run.id)").fetchone()[0])' "$1"
}
# FAULT COMMAND...: the command with that fault.
with() {
  local fault=$1
  shift
  PINBENCH_FAULTY=$fault LD_PRELOAD=$faulty "$@" >said 2>&1
}
LD_PRELOAD=$faulty "$pinbench" --version >said 2>&1 && ! grep -q 'cannot be preloaded' said || { echo "nothing can be preloaded here"; exit 77; }

mkdir bad && run -d bad/x.db || fail "the first run: exit $?"
run -d y.db || fail "another run"
"$pinbench" report -d bad/x.db -o bad/report >said 2>&1 || fail "report"
"$pinbench" export -d bad/x.db -f csv -o bad/a.csv || fail "export"
cp -r bad before
nr=0
# EDQUOT 122, EIO 5, ENOSPC 28
for pair in "write 122" "write 28" "sync 5" "sync 122" "close 5"; do
  read -r call error <<<"$pair"
  fault="$call $error 0 /bad/"
  for what in "export -d y.db -f csv -o bad/a.csv" "export -d y.db -f jsonl -o bad/new.jsonl" "report -d y.db -o bad/report"; do
    # shellcheck disable=SC2086
    with "$fault" "$pinbench" $what
    status=$?
    # What a report's files are closed with was synced before.
    [ $status = 2 ] || { [ $status = 0 ] && [ "${fault%% *}" = close ]; } || fail "$what with $fault: exit $status"
    if [ $status = 2 ]; then
      [ "$(grep -c '^pinbench: ' said)" = 1 ] || fail "$what with $fault: no one message"
      diff -r bad before >diff || fail "$what with $fault: $(cat diff)"
    else
      rm -rf bad && cp -r before bad
    fi
    nr=$((nr + 1))
  done
  # A run into the database: its cells are there, or in a journal that it names.
  [ $call = close ] && continue
  for skip in 0 3 7; do
    with "$call $error $skip /bad/" run -d bad/x.db
    status=$?
    [ $status = 2 ] || [ $status = 0 ] || fail "run with $call $error $skip: exit $status"
    "$pinbench" list runs -d bad/x.db >listed 2>&1 || { cat listed; fail "run with $call $error $skip: the database is not readable"; }
    # What the disk would not have is in a journal, in TMPDIR as a rule; the next run takes one beside the database.
    for journal in "$tmp"/*.jsonl; do
      [ -e "$journal" ] || continue
      grep -qF "$journal" said || fail "run with $call $error $skip: does not name $journal"
      "$pinbench" import -d bad/x.db "$journal" >listed 2>&1 || { cat listed; fail "import of $journal"; }
      rm "$journal"
    done
    run -d bad/x.db || fail "the run after $call $error $skip: exit $?"
    set -- $(measured bad/x.db)
    [ "$2" = ok ] || fail "run with $call $error $skip: integrity: $2"
    [ "$3" = 0 ] || fail "run with $call $error $skip: a run without cells was left"
    # A run that began has all its cells, one that could not begin is not there.
    [ "$1" = 8 ] || [ "$1" = 12 ] || fail "run with $call $error $skip: $1 cells"
    ! ls -A bad | grep -qE '\.new$|^\.pinbench|-journal$|\.jsonl$' || fail "run with $call $error $skip: $(ls -A bad)"
    rm -rf bad && cp -r before bad
    nr=$((nr + 1))
  done
done
echo "faulty: $nr faults"
