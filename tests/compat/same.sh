#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# same.sh BEFORE AFTER DATABASE - two programs say the same of one database, byte by byte.
# Why: a change that is to change nothing that a user sees is held against the program before it.
# Exit status: 0 the same, 1 not (what differs is listed), 2 cannot look.
set -u

if [ $# -ne 3 ] || [ ! -x "$1" ] || [ ! -x "$2" ] || [ ! -r "$3" ]; then
	echo "usage: ${0##*/} BEFORE AFTER DATABASE (two programs and a database)" >&2
	exit 2
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-same.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT

# Each works on a copy: reading brings an older schema forward, and messages name the same path.
ask() {
	local program=$1 out=$2
	shift 2
	(cd "$dir/in" && "$program" "$@" >"$dir/out" 2>&1; echo "status $?" >>"$dir/out")
	mv "$dir/out" "$out"
}

before=$(readlink -f "$1") after=$(readlink -f "$2") database=$(readlink -f "$3")
nr=0 differ=0
mkdir "$dir/in" "$dir/before" "$dir/after"

hold() {
	local name=$1 which
	shift
	for which in before after; do
		rm -rf "$dir/in"
		mkdir "$dir/in"
		cp "$database" "$dir/in/a.db"
		ask "${!which}" "$dir/$which/text" "$@" -d a.db
		rm -f "$dir/in/a.db"
		rm -rf "$dir/$which/files"
		mv "$dir/in" "$dir/$which/files"
	done
	nr=$((nr + 1))
	diff -r "$dir/before" "$dir/after" >"$dir/diff" 2>&1 && return
	differ=$((differ + 1))
	echo "not the same: $name"
	head -n 20 "$dir/diff" | cut -c 1-300
}

for format in jsonl csv ktap kcidb lava bmf otava baseline; do
	hold "export --all --format $format" export --all --format $format
done
cp "$database" "$dir/a.db"
runs=$("$before" export --all --format jsonl -d "$dir/a.db" |
	sed -n 's/^{"type":"run",.*"uuid":"\([0-9a-f-]*\)".*/\1/p')
rm -f "$dir/a.db"
last=
for run in $runs; do
	hold "report $run" report -o page "$run"
	hold "report --table $run" report --table "$run"
	for format in csv ktap lava bmf otava kcidb baseline; do
		hold "export --format $format $run" export --format $format "$run"
	done
	if [ -n "$last" ]; then
		hold "compare $last $run" compare --all "$last" "$run"
		hold "compare --where $last $run" compare --where "$last" "$run"
		hold "gate $last $run" gate --all --base "$last" --head "$run"
		hold "report --base $last $run" report -o page --base "$last" "$run"
	fi
	last=$run
done
hold "history" history --all -o figures
hold "semantics --show" semantics --show
[ "$nr" -gt 10 ] || { echo "nothing was held against anything" >&2; exit 2; }
echo "$nr outputs, $differ differ"
[ "$differ" -eq 0 ]
