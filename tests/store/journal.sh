#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# journal.sh PINBENCH - a run whose database is held keeps its cells in a journal, which goes in later.
# Why: a reader's transaction must cost a run nothing, and what could not be stored must be found again.
set -u
pinbench=$(realpath "$1")
tmp=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-journal.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 99
fail() { echo "journal: $*"; cat said 2>/dev/null; exit 1; }
run() { "$pinbench" run -q -b fake -d x.db -s pin,get -m anon -n 1,16 --samples 10 >said 2>&1; }
measured() {
  python3 -c 'import sqlite3; print(sqlite3.connect("x.db").execute("select count(*) from cell where state = ?", ("measured",)).fetchone()[0])'
}
# Holds a transaction that reads, until its standard input ends.
hold() {
  python3 -c '
import sqlite3, sys
base = sqlite3.connect("x.db", isolation_level=None)
base.execute("begin"); base.execute("select count(*) from run").fetchall()
open("held", "w").close(); sys.stdin.read()'
}

run || fail "the first run: exit $?"
mkfifo words
hold <words &
exec 9>words
for _ in $(seq 100); do [ -e held ] && break; sleep 0.1; done
PINBENCH_STORE_WAIT_S=1 run 9>&-
[ $? = 2 ] || fail "held: exit status 2 was expected"
grep -q 'pinbench import -d' said || fail "it does not say how the cells go in"
set -- x.db.run-*.jsonl
[ -e "$1" ] || fail "no journal was left"
[ "$(grep -c '"type":"done"' "$1")" = 4 ] || fail "the journal has not all cells"
cp "$1" copy.jsonl
# A reader points at it, and leaves it.
"$pinbench" list runs -d x.db >said 2>&1 || fail "list runs"
grep -q 'A run left cells' said && [ -e "$1" ] || fail "list runs says nothing of it"
exec 9>&-
wait
"$pinbench" import -d x.db "$1" >said 2>&1 || fail "import of the journal"
[ "$(measured)" = 8 ] || fail "cells: $(measured) of 8"
[ ! -e "$1" ] || fail "the journal is still there"
# One that a kill cut before it had its name goes when it is old; a person's own file does not.
: >"$1.new" && : >"$1.news" && touch -d '2 hours ago' "$1.new" "$1.news"
young=x.db.run-00000000-0000-4000-8000-000000000000.jsonl.new
: >$young
# Once more adds nothing, also behind a line that was cut and without its end.
head -c -10 copy.jsonl >"$1"
run || fail "the run after it: exit $?"
[ "$(measured)" = 12 ] && [ ! -e "$1" ] || fail "cells: $(measured) of 12"
[ ! -e "$1.new" ] || fail "an unfinished journal was left"
[ -e "$1.news" ] && [ -e $young ] || fail "another's file is gone"
# A run that had ended is not undone by a copy that lacks its end.
"$pinbench" list runs -d x.db >said 2>&1 && [ "$(grep -c ' complete ' said)" = 3 ] || fail "a run that ended reads as one that did not"
# A pipe is opened once: its writer has one reader.
"$pinbench" export -d x.db --format jsonl latest >latest.jsonl 2>said || fail "export"
mkfifo pipe
cat latest.jsonl >pipe &
timeout 30 "$pinbench" import -d z.db pipe >said 2>&1 || fail "import of a pipe"
wait
# A run that fails leaves no database, and an import of nothing none.
"$pinbench" import -d y.db none.jsonl >said 2>&1 && fail "an import of nothing"
[ ! -e y.db ] || fail "an empty database was left"
# What lies in TMPDIR, of any database: the next run removes what was never whole and is nobody's; doctor
# names what is left, and cells that only a person can put somewhere.
export TMPDIR="$tmp/t" && mkdir t || exit 99
uuid=00000000-0000-4000-8000-000000000000
old() { : >"$1" && touch -d '2 hours ago' "$1"; }
old "t/other.db.run-$uuid.jsonl.new"
old "t/locked.db.run-$uuid.jsonl.new"
old "t/linked.db.run-$uuid.jsonl.new" && ln "t/linked.db.run-$uuid.jsonl.new" t/link
old "t/.run-$uuid.jsonl.new"
old "t/notes.jsonl.new"
: >"t/young.db.run-$uuid.jsonl.new"
exec 8<>"t/locked.db.run-$uuid.jsonl.new" && flock -x 8 && touch -d '2 hours ago' "t/locked.db.run-$uuid.jsonl.new"
run 8>&- || fail "a run beside journals in TMPDIR"
[ ! -e "t/other.db.run-$uuid.jsonl.new" ] || fail "an unfinished journal in TMPDIR was left"
for name in "locked.db.run-$uuid.jsonl.new" "linked.db.run-$uuid.jsonl.new" ".run-$uuid.jsonl.new" notes.jsonl.new "young.db.run-$uuid.jsonl.new"; do
  [ -e "t/$name" ] || fail "'$name' is gone"
done
"$pinbench" doctor >said 2>&1
grep -q "unfinished journal: .*linked.db.run-$uuid" said || fail "doctor does not name the one that it leaves"
old "t/other.db.run-$uuid.jsonl.new"
"$pinbench" doctor --restore >said 2>&1
[ ! -e "t/other.db.run-$uuid.jsonl.new" ] && grep -q "other.db.run-$uuid" said || fail "doctor --restore left one"
cp copy.jsonl "t/x.db.run-$uuid.jsonl"
"$pinbench" doctor >said 2>&1
grep -q "no database took: .*x.db.run-$uuid" said || fail "doctor does not name cells that were left"
[ -e "t/x.db.run-$uuid.jsonl" ] || fail "doctor took cells away"
